// What the pages ask of the book beside prices: the order of the shelf, options, offers and quotas.
// `shop` is { book, names, text, cards, skus } as both pages hold it; nothing here knows a page.

/** What the pages read of a book: { book, names, text, cards, skus }, with what is on the shelf. */
export function shelfBook(book, names) {
  const { member_cards: cards = {} } = book.rules;
  return { book, names, text: book.text, cards,
    skus: book.catalog.skus.filter(({ id, tags }) => !tags.includes('gift') && !cards[id]) };
}

/** [{ tag, name, skus }] in the order of the book's text. */
export const shelvesOf = ({ text, skus }) => text.categories.map(({ tag, name }) =>
  ({ tag, name, skus: skus.filter(({ tags }) => tags.includes(tag)) }));

// Shelves that say something of the time, not of the good.
const PASSING = ['hot_sale', 'new'];

/** The shelf of goods like this one: where 找相似 leads. */
export function shelfOfSku({ names, text }, id) {
  const { tags = [] } = names.skus[id] || {};
  const { tag } = text.categories.find((category) => tags.includes(category.tag)
    && !PASSING.includes(category.tag)) || text.categories[0];
  return tag;
}

// A book does not change while it is shown: what is asked of a good once is remembered.
function remembered(find) {
  const known = new WeakMap();
  return (shop, sku) => {
    if (!known.has(sku)) known.set(sku, find(shop, sku));
    return known.get(sku);
  };
}

/** What stands beside a price that is not the list price. */
export const KIND_NAMES = { member: '会员价', timed: '限时折扣', flash: '限时抢购' };

/** '1,240'; not every phone knows how to group digits. */
export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

const two = (n) => String(n).padStart(2, '0');

/** '01:59:10' of seconds. */
export const clock = (seconds) => [seconds / 3600, seconds / 60 % 60, seconds % 60]
  .map((part) => two(Math.floor(part))).join(':');

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

/** { tags, quota }: what a card says of a good whose price `rule` gives. */
export function tagsOf(shop, sku, rule) {
  const quota = quotaOf(shop, rule);
  const offer = itemOfferOf(shop, sku);
  const tags = [sku.tags.includes('hot_sale') && '人气', sku.tags.includes('new') && '上新',
    quota > 0 && `限购${quota}件`, offer && offer.title].filter(Boolean);
  return { tags, quota };
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

/** The picks after a tap on one: at most one of a 'one' group, at most `max` of a 'many' group. */
export function pickOption(groups, picked, id) {
  const group = groups.find(({ options }) => options.includes(id));
  const inGroup = picked.filter((one) => group.options.includes(one));
  if (picked.includes(id)) return picked.filter((one) => one !== id);
  if (group.pick === 'one') return [...picked.filter((one) => !inGroup.includes(one)), id];
  return inGroup.length >= (group.max || Infinity) ? picked : [...picked, id];
}

/** '中杯 / 五分糖 / 正常冰 / 加珍珠': what is picked, with the base of a group where nothing is. */
export const chosenText = (shop, sku, picked) => optionGroupsOf(shop, sku).map((group) => {
  const ids = group.options.filter((id) => picked.includes(id));
  if (ids.length > 0) return ids.map((id) => shop.text.options[id]).join('、');
  return group.pick === 'one' ? group.base : '';
}).filter(Boolean).join(' / ');
