// The book as the page needs it, the shopper, and short ways into both.
import { namesOf } from 'suanpan/view';
import { redate } from './redate.js';
import { fetchJson } from './client.js';

/** The shopper of demo/seed: who he is, where he lives, and his wallet, moved to today. */
export async function loadSeed() {
  const seed = await fetchJson('./seed/tea.member.json');
  const now = Math.floor(Date.now() / 1000);
  return { ...seed, coupons: redate(seed.coupons, seed.now, now) };
}

/** What the pages read, of the book in force and of what the client knows. */
export function shopOf(client, { profile, addresses }) {
  const { shop } = client;
  const { book } = shop;
  return {
    book,
    now: shop.now,
    names: namesOf(book),
    text: book.text,
    skus: book.catalog.skus.filter(({ tags }) => !tags.includes('gift')),
    profile,
    addresses,
    get shopper() {
      const { member, coupons, points } = shop.state;
      return { addresses, coupons, member: { ...member, ...points } };
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
