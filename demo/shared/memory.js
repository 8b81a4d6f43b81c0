// What a phone knows of recommendation: the member's own history and his choice whether it is used,
// the shelf that follows from it, and 凑单 in slices. All of it stays on the phone.
import { clear, exportText, forEngine, importText, learn, shelfItems, shelfRequest, topUpRows }
  from 'suanpan/recommend';
import { withGoods } from './pricing.js';

export { moreText, shelfCaption, shelfTitle } from 'suanpan/recommend';

// Prices that one slice of 凑单 asks for: some milliseconds, so that no tap waits.
const SLICE_WORK = 40;

/**
 * The history and the choice of one member on this phone. `read(key)` gives a text or null,
 * `keep(key, text)` stores one or, for null, none. `enter()` reads them anew: another member came,
 * or another page of his wrote them.
 */
export function memoryOf({ engine, shop }, { read, keep }) {
  const keyOf = (name) => `suanpan.demo.${name}.${shop.status.member || 'visitor'}`;
  let history;
  let isPersonal;
  const tell = () => engine.setHistory(isPersonal ? forEngine(history) : null);
  function enter() {
    history = importText(read(keyOf('history')) || '');
    isPersonal = read(keyOf('non_personal')) === null;
    tell();
  }
  function become(next) {
    history = next;
    keep(keyOf('history'), next.count === 0 ? null : exportText(next));
    tell();
  }
  enter();
  return {
    enter,
    isPersonal: () => isPersonal,
    orderCount: () => history.count,
    /** What was in an order of this phone: skus, or none where it does not know. */
    goodsOf: (order) => (history.orders.find(({ id }) => id === order) || { skus: [] }).skus,
    setPersonal(wanted) {
      isPersonal = wanted;
      keep(keyOf('non_personal'), wanted ? null : '1');
      tell();
    },
    /** An order that the shop has taken: { id, time, lines: [{ sku }], payable }. */
    learn: (order) => become(learn(history, order)),
    clear: () => become(clear()),
    exportText: () => exportText(history),
  };
}

// A shelf that can't be filled for now is no reason for a page that can't be painted.
const isPassing = ({ code }) => /^E_(NO_MODEL|NO_BOOK|REVIVING|TRAP)$/.test(code);

/** [{ sku, chip }] of the shelf 为你推荐 beside these lines. */
export function shelfOf({ engine, shop }, { lines, isPersonal }) {
  const stock = shop.hints ? shop.hints.stock : undefined;
  try {
    return shelfItems(engine.recommend(shelfRequest({ lines, now: shop.now(), stock,
      isPersonal })));
  } catch (error) {
    if (isPassing(error)) return [];
    throw error;
  }
}

/**
 * The best one or two goods of `candidates`, found in slices: `draw` gets the rows after every
 * slice, [{ skus, reaches, more }] as pricing.js' topUps has them. Returns what ends it.
 */
export function topUpSlowly({ engine, quote }, { shown, rule, candidates, isPersonal }, draw) {
  const { receipt } = shown;
  const request = withGoods(shown.request, []);
  const { next } = receipt.activities.find((one) => one.rule === rule);
  const gap = next.by === 'amount' ? { gap: next.gap } : {};
  const asked = { request, candidates, ...gap, pairs: true, count: 6, work: SLICE_WORK,
    non_personal: !isPersonal };
  const measured = new Map();
  const reaches = ({ skus }) => {
    const key = skus.join(' ');
    if (!measured.has(key)) {
      const { activities } = quote(withGoods(request, skus));
      measured.set(key, activities.find((one) => one.rule === rule).measure >= next.gte);
    }
    return measured.get(key);
  };
  let timer;
  function slice(state) {
    const answer = engine.topUp(state ? { ...asked, state } : asked);
    if (answer.state) timer = setTimeout(() => slice(answer.state), 0);
    const before = receipt.totals.payable - answer.payable;
    draw(topUpRows(answer).map((row) =>
      ({ skus: row.skus, reaches: reaches(row), more: row.more - before })));
  }
  timer = setTimeout(() => slice(null), 0);
  return () => clearTimeout(timer);
}
