// The member's orders as a page lists them, and what an order brings.
import { yuan } from 'suanpan';

const STATES = { placed: '待支付', paid: '制作中', shipped: '已发出', done: '已完成',
  cancelled: '已取消', refunded: '已退款' };

// '11-20 16:15' in the civil time of the book.
function timeText(seconds, { utcOffsetS }) {
  const [date, time] = new Date((seconds + utcOffsetS) * 1000).toISOString().split('T');
  return `${date.slice(5)} ${time.slice(0, 5)}`;
}

/** What the confirm page says of the rewards of a receipt. */
export const rewardTexts = ({ rewards = [] }, { names }) =>
  rewards.map(({ coupon, n, card, days, points }) => {
    if (coupon) return `下单返「${names.rules[coupon].title}」×${n}`;
    return card ? `付款后得${names.cardTexts[card]}${days}天` : `下单赠 ${points} 积分`;
  });

const nameOf = ({ text }, sku) => (text.skus[sku] || { name: '已下架商品' }).name;

/** The ids in `leaving` whose cancelling the shop has not refused: `rejected` is the client's. */
export const stillLeaving = (leaving, rejected) => leaving.filter((order) =>
  !rejected.some(({ k, a }) => k === 'order.cancel' && a.order === order));

/**
 * [{ id, number, state, isOpen, isOver, total, pieces, time, goods }] of what the client knows.
 * `leaving`: ids that the shopper has cancelled and the shop has not answered yet. What was in an
 * order is known to the phone that ordered (`memory`), and to the shop; it does not travel.
 */
export const ordersView = (orders, { here, memory, leaving }) =>
  orders.map(({ order, state, payable, pieces, placed }) => {
    const isLeaving = leaving.includes(order) && state === 'placed';
    const skus = memory ? memory.goodsOf(order) : [];
    return {
      id: order,
      number: order.slice(0, 8).toUpperCase(),
      state: isLeaving ? '取消中' : STATES[state] || state,
      isOpen: state === 'placed' && !isLeaving,
      isOver: state === 'cancelled' || state === 'refunded',
      total: yuan(payable),
      pieces: String(pieces),
      time: timeText(placed, here.names),
      goods: skus.map((sku) => nameOf(here, sku)).join('、'),
    };
  });
