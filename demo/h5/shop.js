// The seeds as the page needs them: the book, the shopper, and short ways into both.
import { namesOf } from 'suanpan/view';
import { redate } from './redate.js';

async function fetchText(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.text();
}

/** Starts loading at once; `?now=` freezes the clock, for tests and pictures. */
export async function loadShop() {
  const [bookText, memberText] = await Promise.all([
    fetchText('./seed/tea.book.json'), fetchText('./seed/tea.member.json'),
  ]);
  const book = JSON.parse(bookText);
  const seed = JSON.parse(memberText);
  const frozen = Number(new URLSearchParams(location.search).get('now'));
  const now = () => frozen || Math.floor(Date.now() / 1000);
  return {
    bookText,
    book,
    now,
    names: namesOf(book),
    text: book.text,
    skus: book.catalog.skus.filter(({ tags }) => !tags.includes('gift')),
    profile: seed.profile,
    shopper: {
      member: seed.member,
      addresses: seed.addresses,
      coupons: redate(seed.coupons, seed.now, now()),
    },
  };
}

/** [{ tag, name, skus }] in the order of the book's text. */
export const shelvesOf = ({ text, skus }) => text.categories.map(({ tag, name }) =>
  ({ tag, name, skus: skus.filter(({ tags }) => tags.includes(tag)) }));

// A book does not change while it is shown: what is asked of a good once is remembered.
function remembered(find) {
  const known = new WeakMap();
  return (shop, sku) => {
    if (!known.has(sku)) known.set(sku, find(shop, sku));
    return known.get(sku);
  };
}

/** The option groups a good offers: [{ id, name, pick, base, max, options: [id] }]. */
export const optionGroupsOf = remembered(({ text }, sku) => {
  const allowed = sku.options || [];
  return text.option_groups
    .map((group) => ({ ...group, options: group.options.filter((id) => allowed.includes(id)) }))
    .filter(({ options }) => options.length > 0);
});

/** The first promotion made for the good's category; a long title would not fit a card. */
export const itemOfferOf = remembered(({ book }, sku) =>
  book.rules.rules.find(({ kind, stage, scope, title }) => kind === 'promotion'
    && stage === 'item' && title.length <= 8
    && scope.tags && scope.tags.some((tag) => sku.tags.includes(tag))));

/** Pieces of one line that get a quota price: '限购2件'. */
export function quotaOf({ names }, ruleId) {
  const rule = names.rules[ruleId];
  return (rule && rule.give.unit_price && rule.give.unit_price.max_units) || 0;
}

/** Seconds until today's daily window of a rule closes, at the book's civil time. */
export function secondsLeft({ names }, ruleId, now) {
  const { window = {} } = names.rules[ruleId] || {};
  const today = (now + names.utcOffsetS) % 86400;
  const ends = (window.daily || []).map(([, end]) => {
    const [hour, minute] = end.split(':').map(Number);
    return hour * 3600 + minute * 60;
  });
  return (ends.find((end) => end > today) || today) - today;
}
