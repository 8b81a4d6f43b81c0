// The shelf 为你推荐: worked out on this phone, with the switch that makes it forget the shopper.
const suanpan = require('./suanpan.js');
const shared = require('../seed/shared.js');
const client = require('./client.js');

const EMPTY = { title: '', caption: '', isPersonal: true, items: [] };

const unitOf = ({ unit }) => (unit === undefined ? '--' : suanpan.yuan(unit));

/** { title, caption, isPersonal, items: [{ id, name, chip, unit, hasOptions }] }. */
function forYouView(lines) {
  const { memory, here } = client;
  if (memory === null) return EMPTY;
  const isPersonal = memory.isPersonal();
  const { priceOf } = client.shelf();
  const items = shared.shelfOf(client, { lines, isPersonal }).map(({ sku, chip }) => ({
    id: sku,
    name: here.text.skus[sku].name,
    chip,
    unit: unitOf(priceOf(here.names.skus[sku])),
    hasOptions: shared.optionGroupsOf(here, here.names.skus[sku]).length > 0,
  }));
  return { title: shared.shelfTitle, caption: shared.shelfCaption(isPersonal), isPersonal, items };
}

module.exports = { forYouView };
