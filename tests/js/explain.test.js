// Each reason of the engine in both languages, with its numbers, from a cart that brings it about.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as codes from '../../js/generated/codes.js';
import { createEngine } from '../../js/node.js';

const now = 1795000000; // 2026-11-18, a Wednesday, 19:06:40 in China
const freight = {
  default: 't', free: { gte: 9900 },
  templates: [{ id: 't', by: 'pieces', regions: [{ first: 1, first_fee: 800 }] }],
};

function bookOf(rules, more) {
  return {
    suanpan_book: 1, shop: 's', version: 1, meaning: 1,
    catalog: {
      skus: [
        { id: 'a', price: 10000, weight_g: 600, volume_cm3: 400 },
        { id: 'b', price: 5000, tags: ['x'] },
      ],
    },
    rules: { preset: 'cn_sequential', rules, ...more },
  };
}

const minus = (amount) => ({ amount_off: { amount } });
const promotion = (id, more) =>
  ({ id, kind: 'promotion', stage: 'order', give: minus(500), ...more });
const coupon = (id, more) =>
  ({ id, kind: 'coupon', stage: 'shop_coupon', give: minus(500), ...more });
const delivery = (fee) => ({
  id: fee, kind: 'coupon', stage: 'freight', give: { free_freight: {} },
});
const of = (...rules) => ({ rules });
const wallet = (...rules) => ({ coupons: rules.map((rule) => ({ id: rule, rule })) });

// [code, zh, en, the book's rules and more, the request's own members]; told is rule or coupon r.
const wanted = [
  ['APPLIED', '已减¥5.00', 'applied, saves ¥5.00', of(promotion('r'))],
  ['APPLIED', '已减¥15.00，共3次，再买¥20.00可享下一档',
    'applied, saves ¥15.00, 3 times; ¥20.00 more for the next step',
    of(promotion('r', { give: { every: { by: 'amount', step: 3000, give: minus(500) } } }))],
  ['BENEFIT', '已享优惠', 'applied: its benefit is yours',
    of(promotion('r', { give: { gift: { options: [{ sku: 'b' }] } } }))],
  ['BENEFIT', '赠品已赠完', 'its gift is out of stock',
    of(promotion('r', { give: { gift: { options: [{ sku: 'b' }] } } })),
    { live: { stock: { b: 0 } } }],
  ['THRESHOLD', '还差¥23.45可用', '¥23.45 more to qualify',
    of(promotion('r', { when: { amount_gte: 12345 } }))],
  ['THRESHOLD', '还差1件可用', '1 piece more to qualify',
    of(promotion('r', { when: { qty_gte: 2 } }))],
  ['THRESHOLD', '还差2件可用', '2 pieces more to qualify',
    of(coupon('r', { when: { qty_gte: { n: 3, same: 'sku' } } })), wallet('r')],
  ['THRESHOLD', '还差1件可用', '1 piece more to qualify',
    of(promotion('r', { when: { contains: { scope: { skus: ['b'] } } } }))],
  ['THRESHOLD', '还差1种可用', '1 kind more to qualify',
    of(promotion('r', { when: { kinds_gte: 2 } }))],
  ['THRESHOLD', '还差2种可用', '2 kinds more to qualify',
    of(coupon('r', { when: { kinds_gte: 3 } })), wallet('r')],
  ['THRESHOLD', '还差400克可用', '400 g more to qualify',
    of(promotion('r', { when: { weight_gte: 1000 } }))],
  ['THRESHOLD', '还差600立方厘米可用', '600 cm³ more to qualify',
    of(promotion('r', { when: { volume_gte: 1000 } }))],
  ['THRESHOLD', '未满足使用条件', 'its conditions are not met',
    of(promotion('r', { when: { nth_order: 2 } }))],
  ['THRESHOLD', '未满足使用条件', 'its conditions are not met',
    of(coupon('r', { when: { paid_by: 'alipay' } })), wallet('r')],
  ['NOT_CHOSEN', '已选更优的活动', 'a better offer was applied', {
    ...of(promotion('q', { give: minus(600), stack: { group: 'g' } }),
      promotion('r', { stack: { group: 'g' } })),
    groups: { g: {} },
  }],
  ['NO_GOODS', '所选商品不适用', 'no eligible goods',
    of(promotion('r', { scope: { skus: ['b'] } }))],
  ['EXCLUDED', '不与已享活动同享', 'cannot be combined with an offer on these goods',
    of(promotion('q', { stack: { excludes: ['coupon'] } }), coupon('r')), wallet('r')],
  ['NOT_STARTED', '未到使用时间', 'not started yet',
    of(promotion('r', { window: { from: '2027-01-01T00:00:00' } }))],
  ['EXPIRED', '已过期', 'expired',
    of(coupon('r', { window: { to: '2026-01-01T00:00:00' } })), wallet('r')],
  ['CLOSED', '不在活动时间内', 'outside its hours',
    of(promotion('r', { window: { weekdays: [6, 7] } }))],
  ['NOT_FOR_YOU', '不在适用人群内', 'not for this member',
    of(promotion('r', { for: { birthday: 'day' } }))],
  ['NO_GAIN', '本单没有可减金额', 'nothing left to take off',
    of(promotion('q', { give: minus(99999), priority: 1 }), promotion('r'))],
  ['SMALL_GAIN', '优惠金额过小，不可用', 'saves too little to be used',
    { ...of(coupon('r')), policy: { coupon_min_gain_fen: 501 } }, wallet('r')],
  ['THRESHOLD', '还差1件可用', '1 piece more to qualify',
    of(promotion('r', { give: { buy_get: { buy: { qty: 1 }, get: { qty: 1 } } } }))],
  ['NO_FREIGHT', '没有可减免的运费', 'no freight to take off',
    of(promotion('r', { stage: 'freight', give: { free_freight: {} } }))],
  ['PICKED', '已选用，减¥5.00（运费未知，选好地址后可能变化）',
    'picked, saves ¥5.00 (freight is not known yet, so the address may change this)',
    { ...of(coupon('r')), freight }, wallet('r')],
  ['PICKED', '已选用，减¥5.00', 'picked, saves ¥5.00', of(coupon('r')), wallet('r')],
  ['PICKED', '已选用', 'picked',
    of(coupon('r', { give: { gift: { options: [{ sku: 'b' }], goal_value_fen: 1 } } })),
    wallet('r')],
  ['NOT_STACKABLE', '与已选「新人券」不可叠加', 'cannot be used together with 新人券',
    of(coupon('q', { give: minus(600), title: '新人券' }), coupon('r')), wallet('q', 'r')],
  ['NOT_STACKABLE', '与已选「q」不可叠加', 'cannot be used together with q',
    of(coupon('q', { give: minus(600) }), coupon('r')), wallet('q', 'r')],
  ['WORSE', '已选更优的组合', 'a better combination was chosen',
    of(promotion('q', { when: { amount_gte: 9800 }, give: minus(3000), stage: 'order' }),
      coupon('r', { give: { points: { n: 1 } } })), wallet('r')],
  ['LOSES_FREE_FREIGHT', '用后将失去包邮', 'using it would lose free freight',
    { ...of(coupon('r')), freight }, { ...wallet('r'), address: { region: '310000' } }],
  ['NOT_ASKED', '未选用', 'not selected', of(coupon('r')), { ...wallet('r'), pick: 'none' }],
  ['FREIGHT_UNKNOWN', '填写地址后可用', 'needs an address',
    { ...of(delivery('r')), freight }, wallet('r')],
  ['OVERFLOW', '面额大于可减金额', 'worth more than there is to take off',
    { ...of(promotion('r', { give: minus(10001) })), policy: { overflow: 'refuse' } }],
  ['NO_FREIGHT', '没有可减免的运费', 'no freight to take off',
    { ...of(delivery('r')), freight }, { ...wallet('r'), address: { region: '310000' } }],
  ['UNKNOWN_RULE', '该券已失效', 'no longer valid', of(), wallet('r')],
  ['ORDER_TYPE', '此类订单不可用', 'not for this type of order',
    of(promotion('r')), { order_type: 'group_buy' }],
  ['CHANNEL', '此渠道不可用', 'not in this channel',
    of(promotion('r', { scope: { channels: ['app'] } })), { channel: 'h5' }],
  ['LIMIT', '已达使用上限', 'its limit has been reached',
    of(promotion('r', { limit: { per_member: 1 } })), { member: { usage: { r: { times: 1 } } } }],
];

describe('explain', () => {
  let engine;
  before(async () => { engine = await createEngine(); });

  for (const [code, zh, en, { rules, ...more }, asked] of wanted) {
    test(`${code}: ${zh}`, async () => {
      await engine.load(bookOf(rules, more), { unsignedBookForDevelopment: true });
      const lines = [{ sku: 'a', qty: 1 }];
      const { explain } = engine.explain({ now, lines, ...asked });
      const told = explain.find((one) => (one.rule || one.coupon) === 'r');
      assert.deepEqual([told.code, told.zh, told.en], [code, zh, en]);
    });
  }

  test('a commission is not explained to the shopper', async () => {
    const rule = promotion('r', { stage: 'reward', give: { commission: { fixed: 100 } } });
    await engine.load(bookOf([rule]), { unsignedBookForDevelopment: true });
    const asked = { now, lines: [{ sku: 'a', qty: 1 }], promoters: ['p'] };
    const { receipt, explain } = engine.explain(asked);
    assert.deepEqual([receipt.commission.length, explain], [1, []]);
  });

  test('no reason is without a case', () => {
    const had = new Set(wanted.map(([code]) => code));
    assert.deepEqual(Object.keys(codes.reasons).filter((code) => !had.has(code)), []);
  });
});

test('every code has a text in Chinese and in English', () => {
  for (const table of [codes.errors, codes.reasons, codes.book_warnings]) {
    for (const [code, { zh, en }] of Object.entries(table)) {
      assert.match(zh, /[一-鿿]/, code);
      assert.match(en, /^[ -~]+$/, code);
    }
  }
});
