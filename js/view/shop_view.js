// shopView(shop, names) → what a page says about the state of the cart, as plain strings: which
// line stands under the head, what happened to lines, what the server refused, what waits.
//
// shop: { status, conflicts, rejected, intent, hints, state } of createShop. '' means "not shown".
import { yuan } from './money.js';
import { skuName } from './names.js';

const REFUSALS = {
  E_STOCK: '库存不足，请减少数量后重试',
  E_COUPON: '优惠券已被使用或已领完，已为您换用最优组合',
  E_POINTS: '积分不足，请重新确认',
  E_SEAT: '名额已满',
  E_REPRICE: '价格有变化，请确认后重新提交',
  E_LIMIT_MEMBER: '超过每人限购数量',
  E_FIRST_ORDER: '仅限首单，已为您重新计价',
  E_BOOK_REVOKED: '优惠规则需要更新，请稍后重试',
  E_STALE_OP: '操作已过期，请重试',
  E_LIMIT: '数量已达上限',
  E_UID: '操作重复，请重试',
  E_ARGS: '这次操作无法完成',
  E_NOT_FOUND: '内容不存在或已失效',
  E_QUOTA: '本机存储空间不足，这次修改没有保存',
  E_DEVICE: '登录已失效，请重新登录',
  E_LOGIN: '登录已失效，请重新登录',
  E_SIGNATURE: '内容未通过校验，请稍后重试',
  E_EXPIRED: '已过期，请刷新后重试',
  E_DEVICES: '登录的设备过多，请先移除一台',
  E_BUSY: '服务繁忙，请稍后再试',
  E_NETWORK: '网络不可用，请稍后再试',
  E_TIMEOUT: '网络超时，请稍后再试',
  MIN_ORDER: '未达到起送金额',
  NO_DELIVERY: '有商品不能送到这个地址',
  POINTS: '积分不足',
  EMPTY: '请先选择商品',
  ZERO_PAY: '0元订单不可提交',
};

const ACTS = {
  'cart.add': '加购', 'cart.set': '修改数量', 'cart.remove': '移除商品', 'cart.choose': '选择优惠',
  'cart.clear': '清空购物车', 'coupon.claim': '领券', 'order.submit': '提交订单',
  'order.cancel': '取消订单',
};

/**
 * What a shopper reads for a code: of a refused operation, a failed call, or `submit.reason`. `act`
 * is what he did, as `cart.add`, where that is known.
 */
export function refusalText(code, act = '') {
  if (code === 'E_LIMIT' && act.startsWith('cart.')) return '购物车已满，请先清理';
  const isKnown = Object.prototype.hasOwnProperty.call(REFUSALS, code);
  return isKnown ? REFUSALS[code] : '操作未成功，请稍后重试';
}

// '11-20 16:15' in the civil time of the book.
function timeText(ms, names) {
  const [date, time] = new Date(ms + names.utcOffsetS * 1000).toISOString().split('T');
  return `${date.slice(5)} ${time.slice(0, 5)}`;
}

const notice = (kind, text) => ({ kind, text });

/** { kind, text } of the one line that matters most now; kind '' when all is well. */
function noticeOf(status, names) {
  const { pending } = status;
  if (status.isRevoked) return notice('revoked', '优惠规则需要更新');
  if (status.isOnline === false) {
    const waiting = pending > 0 ? `，${pending} 项待同步` : '';
    const when = status.serverTime > 0 ? timeText(status.serverTime, names) : '上次';
    return notice('offline', `离线中，价格按 ${when} 的规则计算，提交前会再核对${waiting}`);
  }
  if (status.needsEnrolment) {
    return notice('login', refusalText(status.error === 'E_DEVICES' ? 'E_DEVICES' : 'E_DEVICE'));
  }
  // The first word of the server is still to come: nothing is wrong yet.
  if (!status.isFresh && status.serverTime > 0) {
    return notice('estimate', '价格为估算，提交前会再核对');
  }
  if (pending > 0 && status.error) return notice('syncing', `正在同步 ${pending} 项…`);
  return notice('', '');
}

function conflictText({ to }) {
  return to === 0 ? '已在另一设备移除' : `数量已更新为${to}`;
}

// What a shopper can't have: the server says how many there are.
function stockText({ sku, qty }, hints) {
  const left = hints && hints.stock[sku];
  if (left === undefined || left === null || left >= qty) return '';
  return left <= 0 ? '已售罄' : `库存不足，最多可买${left}件`;
}

function refusedView({ u, k, a, code }, names) {
  const what = ACTS[k] || '操作';
  const sku = a && a.sku ? `「${skuName(names, a.sku)}」` : '';
  return { u, text: `${what}${sku}未成功`, reason: refusalText(code, k) };
}

const INTENTS = {
  waiting: '已保存，联网后提交',
  confirm: '网络已恢复，请确认后提交',
  expired: '保存的订单已超过30分钟，请重新提交',
};

/** { state, text, shown } of the order that was kept without a network; state '' for none. */
function intentOf(intent) {
  if (intent === null) return { state: '', text: '', shown: '' };
  return { state: intent.state, text: INTENTS[intent.state], shown: yuan(intent.shown) };
}

export function shopView({ status, conflicts, rejected, intent, hints, state }, names) {
  const lines = {};
  state.cart.lines.forEach((line) => {
    const conflict = conflicts.filter((one) => one.line === line.line).pop();
    lines[line.line] = stockText(line, hints) || (conflict ? conflictText(conflict) : '');
  });
  return {
    notice: noticeOf(status, names),
    lines,
    gone: conflicts.filter(({ line, to }) => to === 0 && lines[line] === undefined)
      .map(({ line }) => line),
    rejected: rejected.map((one) => refusedView(one, names)),
    intent: intentOf(intent),
    pending: status.pending > 0 ? String(status.pending) : '',
  };
}

const cashOf = ({ tender, totals }) => (tender ? tender.cash : totals.payable);

// What differs though every price is the same: what balances leave to pay, and gifts.
function notesOf(before, after, names) {
  const [old, now] = [cashOf(before), cashOf(after)];
  const cash = now !== old && (before.tender || after.tender)
    ? [`余额抵扣后需支付¥${yuan(now)}（原¥${yuan(old)}）`] : [];
  const isLost = ({ rule, sku, qty, state }) => state === 'given'
    && !after.gifts.some((one) => one.state === 'given' && one.rule === rule && one.sku === sku
      && one.qty >= qty);
  return cash.concat(before.gifts.filter(isLost).map(({ sku, qty }) =>
    `赠品「${skuName(names, sku)}」×${qty}已赠完`));
}

/**
 * The sheet 以下商品价格有变化: what differs between the receipt that was shown and the one of now.
 * A line that is gone from one of them stands with '--'; `notes` are sentences of their own.
 */
export function changesView(before, after, names) {
  const netOf = (line) => (line && line.state === 'priced' ? yuan(line.net) : '--');
  const find = ({ lines }, id) => lines.find((line) => line.id === id);
  const ids = before.lines.concat(after.lines).map(({ id }) => id)
    .filter((id, index, all) => all.indexOf(id) === index);
  const lines = ids.map((id) => {
    const [old, now] = [find(before, id), find(after, id)];
    return { id, name: skuName(names, (now || old).sku), from: netOf(old), to: netOf(now) };
  });
  return {
    lines: lines.filter(({ from, to }) => from !== to),
    from: yuan(before.totals.payable),
    to: yuan(after.totals.payable),
    isDearer: after.totals.payable > before.totals.payable,
    notes: notesOf(before, after, names),
  };
}
