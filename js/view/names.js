// What the view needs to know of the book: display texts and the rules by id. Made once per book.
//
// namesOf(book) takes the parsed JSON of a book whose `text` part is
//   { shop: { name, store }, skus: { id: { name, note, art } }, options: { id: name },
//     option_groups: [{ pick: 'one' | 'many', base, options: [id] }], fees: { id: name },
//     categories: [{ tag, name }], tiers: { id: name }, cards: { id: name },
//     channels: { id: name }, stores: { id: name },
//     struck_basis: what the struck price is, 「划线价为本店标价」 }
// Everything in `text` may be missing: then the id stands for the name.

// Ids are anybody's words: a map of them has nothing of its own, not even `constructor`.
const bare = (map) => Object.assign(Object.create(null), map);

const byId = (list) => (list || []).reduce((map, item) => {
  map[item.id] = item;
  return map;
}, bare());

/** The names of a book; of none, before it is there, those of an empty one. */
export function namesOf(book) {
  const { catalog = {}, rules = {}, text: given } = book || {};
  const text = given || {};
  return {
    shop: text.shop || {},
    skus: byId(catalog.skus),
    skuTexts: bare(text.skus),
    options: byId(catalog.options),
    optionTexts: bare(text.options),
    optionGroups: text.option_groups || [],
    utcOffsetS: rules.utc_offset_s === undefined ? 28800 : rules.utc_offset_s,
    feeTexts: bare(text.fees),
    tierTexts: bare(text.tiers),
    growth: rules.growth || { num: 1, den: 1 },
    cardTexts: bare(text.cards),
    channelTexts: bare(text.channels),
    storeTexts: bare(text.stores),
    struckBasis: text.struck_basis || '',
    rules: byId(rules.rules),
    tagTexts: (text.categories || []).reduce((map, { tag, name }) => {
      map[tag] = name;
      return map;
    }, bare()),
  };
}

export function skuName(names, sku) {
  const text = names.skuTexts[sku];
  return text ? text.name : sku;
}

export function ruleTitle(names, rule) {
  const found = names.rules[rule];
  return (found && found.title) || rule;
}

// The name of the one category or product that a scope holds; '' where a few words can't say it.
export function goodsText(names, scope) {
  if (!names || !scope) return '';
  const { tags = [], skus = [], spus = [] } = scope;
  if (tags.length + skus.length !== 1 || spus.length > 0) return '';
  if (skus.length === 1) return (names.skuTexts[skus[0]] || {}).name || '';
  return names.tagTexts[tags[0]] || '';
}

// The name of the one category a rule is for.
export function scopeText(names, { scope }) {
  return scope && scope.tags ? goodsText(names, scope) : '';
}

function optionName(names, option) {
  const name = names.optionTexts[option.id] || option.id;
  return option.qty > 1 ? name + '×' + option.qty : name;
}

// '大杯 / 五分糖 / 正常冰 / 加珍珠': of a group one picks from, the base stands when none is picked.
export function specText(names, line) {
  const { options: allowed = [] } = names.skus[line.sku] || {};
  const picked = line.options || [];
  const parts = [];
  for (const group of names.optionGroups) {
    if (!group.options.some((id) => allowed.indexOf(id) >= 0)) continue;
    const chosen = picked.filter((option) => group.options.indexOf(option.id) >= 0);
    if (chosen.length > 0) parts.push(chosen.map((option) => optionName(names, option)).join('、'));
    else if (group.pick === 'one') parts.push(group.base);
  }
  const note = names.skuTexts[line.sku] && names.skuTexts[line.sku].note;
  return parts.join(' / ') || note || '';
}

// Price of the options of one piece, in fen.
export function optionsFen(names, line) {
  return (line.options || []).reduce((sum, option) =>
    sum + names.options[option.id].price * (option.qty || 1), 0);
}
