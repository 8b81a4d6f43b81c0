// 开卡立享: the card that a member may take into this very cart, and what that does to what he pays.
// The price of the cart itself is asked for: an estimate speaks of goods alone, and a tier may spare
// freight as well.
import { yuan } from 'suanpan';
import { moreText } from 'suanpan/recommend';
import { remove, select } from './cart.js';
import { withGoods, withoutGoods } from './pricing.js';

/** The card in the cart, or else the first on sale whose tier is above the member's. */
function skuOf({ book: { rules: { tiers = [] } }, names, cards }, { request, receipt }) {
  const { tier: own } = request.member || {};
  const isHigher = (sku) => tiers.indexOf(cards[sku].tier) > tiers.indexOf(own);
  const skus = receipt.lines.length > 0 ? Object.keys(cards) : [];
  return skus.find((id) => receipt.lines.some(({ sku }) => sku === id))
    || skus.find((id) => isHigher(id) && names.skus[id].on_sale !== false);
}

const lineOf = ({ receipt }, id) =>
  receipt.lines.find(({ sku, state }) => sku === id && state === 'priced');

/** { sku, text, price, isOn }, with sku '' where there is nothing to offer; price in fen. */
export function cardRow(shop, priced) {
  const sku = skuOf(shop, priced);
  if (!sku) return { sku: '', text: '', price: 0, isOn: false };
  const { name, note } = shop.text.skus[sku];
  const { price } = shop.names.skus[sku];
  const isOn = Boolean(lineOf(priced, sku));
  return { sku, text: `${isOn ? '已选' : '开通'}${name}${note} ¥${yuan(price)}`, price, isOn };
}

/** What is paid more with the card than without, in fen; below 0 it is less. */
export function cardMore(quote, shop, priced) {
  const sku = skuOf(shop, priced);
  if (!sku) return 0;
  const { request, receipt } = priced;
  const isOn = Boolean(lineOf(priced, sku));
  const other = quote({ ...(isOn ? withoutGoods : withGoods)(request, [sku]), detail: 'totals' });
  const more = other.totals.payable - receipt.totals.payable;
  return isOn ? -more : more;
}

/** '本单立省¥12.40，少付¥2.50': what its tier takes off, and what is paid more or less in all. */
export const cardNote = (price, more) =>
  `本单${more < price ? `立省¥${yuan(price - more)}，` : ''}${moreText(more)}`;

/** One tap takes the card, another one gives it back; a member needs no two. */
export function tapCard(cart, id) {
  const line = cart.lines.find(({ sku }) => sku === id);
  if (!line) return { type: 'cart.set', sku: id, n: 1 };
  return line.isSelected ? remove(line) : select(cart, [line.id], true);
}

// A frame and more: the total of a tap is on the screen by then.
const AFTER_PAINT_MS = 50;

/**
 * What takes a price of its own comes behind that of the tap: of(key) is the last answer, and where
 * a new key has stood for a while tell() makes the page ask again, which is when ask() is called.
 */
export function askBehind() {
  let wanted;
  let known;
  let answer;
  let timer;
  return {
    of(key, ask, tell) {
      clearTimeout(timer);
      if (key !== wanted) {
        timer = setTimeout(() => {
          wanted = key;
          tell();
        }, AFTER_PAINT_MS);
      } else if (key !== known) {
        answer = ask();
        known = key;
      }
      return answer;
    },
    end: () => clearTimeout(timer),
  };
}
