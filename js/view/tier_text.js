// tierText(receipt, names) → how far a member is from the next tier (等级进度), '' where the book
// has no `growth` or no higher tier. What the order of the receipt itself earns is counted already;
// the receipt of an empty cart says it for the member as he is.
import { shortYuan } from './money.js';

export function tierText({ tier }, names) {
  if (!tier) return '';
  const nameOf = (id) => names.tierTexts[id] || id;
  if (tier.upgrade) return '本单完成后升至' + nameOf(tier.upgrade);
  if (!tier.next) return '';
  const { num, den } = names.growth;
  return '再消费¥' + shortYuan(Math.ceil(tier.gap * den / num)) + '升至' + nameOf(tier.next);
}
