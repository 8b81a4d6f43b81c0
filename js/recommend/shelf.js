// What a page of recommendations asks and says, for every host alike: the request of the shelf
// 为你推荐, its captions, and the words of 凑单. No amount is computed here but differences.
import { yuan } from '../money.js';
import { whys } from '../generated/codes.js';

export const shelfTitle = '为你推荐';
const personalCaption = '根据您的购买习惯，本机计算，不上传';
const plainCaption = '按人气与购物车推荐，未使用您的购买记录';

export const shelfCaption = (isPersonal) => (isPersonal ? personalCaption : plainCaption);

/** { cart, now, count, … } for engine.recommend. */
export function shelfRequest({ lines, now, store, stock, isPersonal, count = 6 }) {
  return {
    count,
    now,
    cart: lines.map(({ sku }) => sku),
    mmr_bp: 1000,
    per_category: 3,
    non_personal: !isPersonal,
    ...(store === undefined ? {} : { store }),
    ...(stock === undefined ? {} : { stock }),
  };
}

/** [{ sku, chip }]: what the shelf shows and why. */
export const shelfItems = ({ items }) => items.map(({ sku, why }) => ({ sku, chip: whys[why].zh }));

/** '多付¥1.20', '少付¥3.00' or '不用多付'. */
export function moreText(more) {
  if (more === 0) return '不用多付';
  return more > 0 ? `多付¥${yuan(more)}` : `少付¥${yuan(-more)}`;
}

/** The rows of the sheet: singles, then pairs that beat them. */
export function topUpRows({ singles, pairs }, pairCount = 3) {
  const best = singles.length > 0 ? singles[0].gain : -Infinity;
  const better = pairs.filter(({ gain }) => gain > best).slice(0, pairCount);
  return [...better, ...singles].map(({ skus, price, more }) =>
    ({ skus, price, more, note: moreText(more), isCheaper: more < 0 }));
}
