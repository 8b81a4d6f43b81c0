// What the page knows of recommendation: the model, the member's own history and his choice whether
// it is used. All of it stays in this browser; the only request is the model's download, when the
// first prices are on the screen.
import './recommend.css';
import { clear, exportText, forEngine, importText, learn, shelfItems, shelfRequest, topUpRows }
  from 'suanpan/recommend';
import { withGoods } from './pricing.js';
import { recommendShelf } from './recommend_shelf.js';

// Prices that one slice of 凑单 asks for: some milliseconds, so that no tap waits.
const SLICE_WORK = 40;

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // It is known as long as the page lives.
  }
}

// The history and the choice of one member in this browser; other tabs write them too.
function memoryOf({ engine, shop }) {
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

/**
 * The best one or two goods of `candidates`, found in slices: `draw` gets the rows after every
 * slice, [{ skus, reaches, more }] as pricing.js' topUps has them. Returns what ends it.
 */
function topUpSlowly({ engine, quote }, { shown, rule, candidates, isPersonal }, draw) {
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

// A shelf that can't be filled for now is no reason for a page that can't be painted.
const isPassing = ({ code }) => /^E_(NO_MODEL|NO_BOOK|REVIVING|TRAP)$/.test(code);

/** `changed()`: another tab of the member did something here. Null where there is no model. */
export async function openRecommend(client, changed) {
  const { engine, shop } = client;
  const model = await shop.laterPart('model');
  if (model === null) return null;
  engine.loadModel(model);
  const memory = memoryOf(client);
  addEventListener('storage', () => {
    memory.enter();
    changed();
  });

  function items({ cart: { lines } }) {
    const stock = shop.hints ? shop.hints.stock : undefined;
    const request = shelfRequest({ lines, now: shop.now(), stock,
      isPersonal: memory.isPersonal() });
    try {
      return shelfItems(engine.recommend(request));
    } catch (error) {
      if (isPassing(error)) return [];
      throw error;
    }
  }

  return {
    ...memory,
    shelf: (app) => recommendShelf(app, items(app), memory),
    topUp: (wanted, draw) =>
      topUpSlowly(client, { ...wanted, isPersonal: memory.isPersonal() }, draw),
  };
}
