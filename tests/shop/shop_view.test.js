// What a page says about the state of a cart: one line for what matters most, and words for codes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skuName } from '../../js/view/names.js';
import { changesView, namesOf, refusalText, shopView } from 'suanpan/view';

const names = namesOf({ catalog: { skus: [{ id: 'tea', price: 1000 }] }, rules: { rules: [] },
  text: { skus: { tea: { name: '茶' } } } });
const fine = { isOnline: true, isSyncing: false, needsEnrolment: false, isFresh: true,
  isRevoked: false, error: null, pending: 0, serverTime: Date.UTC(2026, 10, 20, 8, 15) };
const line = { line: 'tea', sku: 'tea', qty: 3 };
const view = (status = {}, more = {}) => shopView({ status: { ...fine, ...status }, conflicts: [],
  rejected: [], intent: null, hints: null, state: { cart: { lines: [line] } }, ...more }, names);

test('the line that matters most is the one that is said', () => {
  assert.equal(view().notice.text, '');
  assert.equal(view({ isOnline: false, isFresh: false, pending: 2 }).notice.text,
    '离线中，价格按 11-20 16:15 的规则计算，提交前会再核对，2 项待同步');
  assert.equal(view({ isRevoked: true, isOnline: false }).notice.text, '优惠规则需要更新');
  assert.equal(view({ isFresh: false }).notice.kind, 'estimate');
  assert.equal(view({ pending: 2, error: 'E_BUSY' }).notice.text, '正在同步 2 项…');
  const login = (error) => view({ needsEnrolment: true, error }).notice;
  assert.deepEqual(login('E_DEVICE'), { kind: 'login', text: refusalText('E_DEVICE') });
  assert.deepEqual(login('E_DEVICES'), { kind: 'login', text: refusalText('E_DEVICES') });
});

test('a line tells of another device and of what is left', () => {
  const conflicts = [{ line: 'tea', from: 5, to: 3 }];
  assert.equal(view({}, { conflicts }).lines.tea, '数量已更新为3');
  assert.equal(view({}, { hints: { stock: { tea: 2 } } }).lines.tea, '库存不足，最多可买2件');
  assert.equal(view({}, { hints: { stock: { tea: 3 } } }).lines.tea, '');
  assert.deepEqual(view({}, { conflicts: [{ line: 'cake', from: 1, to: 0 }] }).gone, ['cake']);
});

test('an order that waits says for whom', () => {
  const intent = (state) => view({}, { intent: { state, shown: 22801 } }).intent;
  assert.deepEqual(intent('waiting'), { state: 'waiting', text: '已保存，联网后提交', shown: '228.01' });
  assert.match(intent('confirm').text, /确认/);
  assert.match(intent('expired').text, /30分钟/);
});

test('every code a server refuses with has words of its own', () => {
  const refused = ['E_ARGS', 'E_POINTS', 'E_COUPON', 'E_STOCK', 'E_SEAT', 'E_REPRICE',
    'E_LIMIT_MEMBER', 'E_FIRST_ORDER', 'E_BOOK_REVOKED', 'E_STALE_OP', 'E_LIMIT', 'E_UID',
    'E_NOT_FOUND', 'E_QUOTA', 'E_DEVICE', 'E_DEVICES', 'E_BUSY'];
  const unknown = refusalText('E_SOMETHING');
  refused.forEach((code) => assert.notEqual(refusalText(code), unknown, code));
  const [one] = view({}, { rejected: [{ u: 'u', k: 'cart.add', a: { sku: 'tea' },
    code: 'E_STOCK' }] }).rejected;
  assert.deepEqual([one.text, one.reason], ['加购「茶」未成功', '库存不足，请减少数量后重试']);
});

test('a changed price names the lines that differ and both totals', () => {
  const receipt = (net, state = 'priced') => ({ totals: { payable: net }, gifts: [],
    lines: [{ id: 'tea', sku: 'tea', state, net }] });
  assert.deepEqual(changesView(receipt(1000), receipt(1100), names),
    { lines: [{ id: 'tea', name: '茶', from: '10.00', to: '11.00' }], from: '10.00', to: '11.00',
      isDearer: true, notes: [] });
  assert.equal(changesView(receipt(1000), receipt(0, 'off_shelf'), names).lines[0].to, '--');
  assert.deepEqual(changesView(receipt(1000), receipt(1000), names).lines, []);
});

test('what changes without a price has a sentence: cash beside balances, gifts', () => {
  const receipt = (cash, state) => ({ totals: { payable: 4700 }, lines: [], tender: { cash },
    gifts: [{ rule: 'r', sku: 'cake', qty: 1, state }] });
  assert.deepEqual(changesView(receipt(1700, 'given'), receipt(4700, 'out'), names).notes,
    ['余额抵扣后需支付¥47.00（原¥17.00）', `赠品「${skuName(names, 'cake')}」×1已赠完`]);
  assert.deepEqual(changesView(receipt(1700, 'out'), receipt(1700, 'given'), names).notes, []);
});
