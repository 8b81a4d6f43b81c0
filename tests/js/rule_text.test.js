// The whole rule language in the words of Chinese shops.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { namesOf } from '../../js/view/index.js';
import { couponFace, couponTerms, offerText, ruleTag, ruleText } from '../../js/view/rule_text.js';
import { ruleTerms } from '../../js/view/terms_text.js';

const names = namesOf({
  catalog: { skus: [] },
  rules: { rules: [{ id: 'ten', title: '满100减10券' }] },
  text: {
    skus: { tea: { name: '茉莉绿茶' }, bag: { name: '帆布袋' } },
    categories: [{ tag: 'milk', name: '奶茶' }, { tag: 'cake', name: '面包' }],
    tiers: { gold: '金卡' }, cards: { year: '年卡' }, stores: { s1: '人民广场店' },
    fees: { packing: '打包费' },
  },
});
const milk = { scope: { tags: ['milk'] }, qty: 2 };
const cake = { scope: { tags: ['cake'] }, qty: 1 };
const yuan = (n, more) => ({ amount_off: { amount: n * 100, ...more } });
const off = (bp, more) => ({ percent_off: { bp, ...more } });
const nth = (pay, more) => ({
  nth_item: { pay_bp: pay, order: 'cart', repeat: false, beyond_bp: 10000, ...more },
});

describe('every give has a tag and a text', () => {
  const wanted = [
    [yuan(5), '立减', '减5元'],
    [yuan(5, { per: 'line' }), '立减', '每款减5元'],
    [yuan(5, { per: 'unit', max_units: 2 }), '立减', '每件减5元，限2件'],
    [yuan(5, { per: 'piece' }), '立减', '最高价1件减5元'],
    [yuan(5, { per: 'piece', choose: 'best' }), '立减', '任意1件减5元'],
    [yuan(5, { lands_on: 'goods_then_freight' }), '立减', '减5元，可抵运费'],
    [off(1500, { cap: 3000 }), '折扣', '8.5折，最高减30元'],
    [off(10000, { per: 'piece', choose: 'cheapest' }), '折扣', '最低价1件免单'],
    [off(2000, { per: 'unit', max_units: 1 }), '折扣', '每件8折，限1件'],
    [{ unit_price: { price: 990 } }, '特价', '特价9.9元'],
    [{ unit_price: { prices: { a: 990, b: 1200 }, max_units: 2 } }, '特价',
      '特价9.9元起，每款限购2件'],
    [{ unit_price: { price: 990, max_units: 2, max_units_per: 'rule' } }, '特价',
      '特价9.9元，每单限购2件'],
    [{ tiers: { by: 'qty', tiers: [{ gte: 2, give: off(1000) }, { gte: 3, give: off(2000) }] } },
      '满折', '满2件9折，满3件8折'],
    [{ every: { by: 'amount', step: 10000, limit: 3, give: yuan(10) } }, '满减',
      '每满100元减10元，最多3次'],
    [{ every: { by: 'qty', step: 3, give: { items_free: { count: 1, choose: 'cheapest' } } } },
      '免单', '每满3件最低价1件免单'],
    [{ every: { by: 'qty', step: 1, give: off(1000) } }, '满折', '每满1件减10%'],
    [{ every: { by: 'qty', step: 1, compound: true, give: off(1000) } }, '满折',
      '每满1件9折，折上折'],
    [nth([7000, 6000, 5000]), '多件优惠', '首件7折，第2件6折，第3件5折'],
    [nth([7000, 6000, 5000], { beyond_bp: 5000 }), '多件优惠', '首件7折，第2件6折，第3件起5折'],
    [nth([10000, 8000], { beyond_bp: 7000 }), '多件优惠', '第2件8折，第3件起7折'],
    [nth([10000, 5000], { repeat: true }), '多件优惠', '每2件第2件半价'],
    [nth([10000, 0]), '多件优惠', '第2件免费'],
    [{ items_free: { count: 1 } }, '免单', '最高价1件免单'],
    [{ buy_get: { buy: { qty: 2 }, get: { qty: 1 } } }, '买赠', '买2送1'],
    [{ buy_get: { buy: milk, get: cake, repeat: true } }, '买赠', '买2件奶茶送1件面包，多买多送'],
    [{ buy_get: { buy: { qty: 1 }, get: { qty: 1 }, off_bp: 5000 } }, '买赠',
      '买1件，再买1件半价'],
    [{ buy_get: { buy: { qty: 1 }, get: { qty: 1 }, off_bp: 5000, repeat: true } }, '买赠',
      '买1件，再买1件半价，多买多享'],
    [{ bundle: { needs: [{ scope: 'all', qty: 3 }], price: 9900 } }, '组合优惠', '任选3件99元'],
    [{ bundle: { needs: [milk], off: 500 } }, '组合优惠', '任选2件奶茶减5元'],
    [{ bundle: { needs: [milk, cake], price: 3900 } }, '组合优惠', '奶茶2件+面包1件组合价39元'],
    [{ bundle: { needs: [{ scope: { tags: ['x'] }, qty: 1 }, cake], off: 500 } }, '组合优惠',
      '组合减5元'],
    [{ qty_groups: { size: 2, give: yuan(10) } }, '多件优惠', '每2件减10元'],
    [{ qty_groups: { size: 3, give: off(2000, { cap: 5000 }) } }, '多件优惠',
      '每3件8折，最高减50元'],
    [{ first_and_additional: { first: 1000, additional: 500 } }, '多件优惠',
      '首件减10元，续件减5元'],
    [{ first_and_additional: { first: 0, additional: 500, max: 3 } }, '多件优惠',
      '续件减5元，每款最多3件'],
    [{ add_on: { options: [{ sku: 'bag', price: 990 }] } }, '换购', '加9.9元换购帆布袋'],
    [{ add_on: { options: [{ sku: 'bag', price: 990 }, { sku: 'x', price: 500 }], max: 2 } },
      '换购', '加5元起换购，最多2件'],
    [{ gift: { options: [{ sku: 'bag', qty: 2 }] } }, '赠品', '送帆布袋×2'],
    [{ gift: { options: [{ sku: 'bag' }, { sku: 'tea' }] } }, '赠品', '送赠品（2选1）'],
    [{ grant_coupon: { rule: 'ten', n: 2 } }, '返券', '返2张「满100减10券」'],
    [{ points: { n: 30 } }, '送积分', '送30积分'],
    [{ points: { n: 10, per: 'unit' } }, '送积分', '每件送10积分'],
    [{ points: { num: 2, den: 100 } }, '送积分', '每消费1元送2积分'],
    [{ points: { num: 1, den: 1000 } }, '送积分', '每消费10元送1积分'],
    [{ points: { num: 3, den: 700 } }, '送积分', '消费送积分'],
    [{ growth: { n: 50 } }, '送成长值', '送50成长值'],
    [{ grant_membership: { card: 'year', days: 30 } }, '送会员', '送年卡30天'],
    [{ grant_membership: { card: 'x', days: 30 } }, '送会员', '送会员卡30天'],
    [{ stored_bonus: { amount: 5000 } }, '充值赠送', '送50元余额'],
    [{ commission: { levels: [1000, 500] } }, '分享有礼', '分享可得奖励'],
    [{ free_freight: {} }, '包邮', '免运费'],
    [{ freight_off: { amount: 500 } }, '运费优惠', '运费立减5元'],
    [{ freight_off: { bp: 5000, cap: 800 } }, '运费优惠', '运费5折，最高减8元'],
    [{ freight_off: { bp: 10000 } }, '运费优惠', '免运费'],
    [{ fees_off: { amount: 100 } }, '附加费优惠', '附加费立减1元'],
    [{ fees_off: { bp: 5000, cap: 100 } }, '附加费优惠', '附加费5折，最高减1元'],
    [{ fees_off: { bp: 10000, fees: ['packing'] } }, '附加费优惠', '免打包费'],
    [{ fees_off: { bp: 10000, fees: ['packing', 'nameless'] } }, '附加费优惠', '免附加费'],
    [{ of_next_year: { n: 1 } }, '优惠', '享优惠'],
    [{ tiers: { by: 'height', tiers: [{ gte: 2, give: { of_next_year: 1 } }] } }, '优惠',
      '满2享优惠'],
  ];
  for (const [give, tag, text] of wanted) {
    test(`${tag} ${text}`, () => {
      const rule = { kind: 'promotion', stage: 'order', give };
      assert.deepEqual([ruleTag(rule), ruleText(rule, names)], [tag, text]);
      const without = [ruleText(rule), offerText(rule, { by: 'qty', gte: 7 }), couponTerms(rule),
        couponFace(rule).text];
      assert.doesNotMatch(without.join(), /undefined|NaN|null|\[object/);
    });
  }

  test('no give of the published schema is without a text of its own', () => {
    const schema = JSON.parse(readFileSync(new URL('../../src/schema/book.json', import.meta.url)));
    const known = JSON.stringify(wanted.map(([give]) => give));
    const gives = JSON.stringify(schema).match(/"[a-z_]+"/g).map((word) => word.slice(1, -1));
    for (const name of ['items_free', 'buy_get', 'bundle', 'qty_groups', 'freight_off']) {
      assert.ok(gives.includes(name), name);
    }
    for (const name of givesOf(schema)) assert.ok(known.includes(`"${name}":`), name);
  });
});

// The names of the members of every object of the schema that has amount_off and percent_off.
function givesOf(schema) {
  const found = new Set();
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    const { properties } = node;
    if (properties && properties.amount_off) Object.keys(properties).forEach((n) => found.add(n));
    Object.values(node).forEach(walk);
  };
  walk(schema);
  return found;
}

describe('every condition has a text', () => {
  const wanted = [
    [{ amount_gte: 9900 }, '满99元'],
    [{ amount_gt: 9900 }, '超过99元'],
    [{ qty_gte: 3 }, '满3件'],
    [{ qty_gte: { n: 3, same: 'sku' } }, '同规格满3件'],
    [{ qty_gte: { n: 3, same: 'spu' } }, '同款满3件'],
    [{ kinds_gte: 3, base: 'list' }, '满3种'],
    [{ weight_gte: 1500 }, '满1.5千克'],
    [{ weight_gte: 500 }, '满500克'],
    [{ volume_gte: 3000 }, '满3升'],
    [{ contains: milk }, '含奶茶2件'],
    [{ contains: { scope: { tags: ['x', 'y'] } } }, '含指定商品1件'],
    [{ nth_order: 1 }, '首单'],
    [{ nth_order: 3, amount_gte: 5000 }, '第3单满50元'],
    [{ group_size_gte: 3 }, '3人成团'],
    [{ paid_by: 'wechat' }, '微信支付'],
    [{ paid_by: 'our_bank' }, '指定方式支付'],
    [{ paid_by: 'stored_value', min_share_bp: 5000 }, '余额支付至少50%'],
    [{ paid_by: 'stored_value', min_share_bp: 10000 }, '余额支付'],
    [{ not: { paid_by: 'wechat', min_share_bp: 1250 } }, '非微信支付至少12.5%'],
    [{ amount_gte: 10000, qty_gte: 3 }, '满100元且满3件'],
    [{ any: [{ amount_gte: 10000 }, { qty_gte: 3 }] }, '满100元或满3件'],
    [{ qty_gte: 2, any: [{ amount_gte: 10000 }, { nth_order: 1 }] }, '满2件且（满100元或首单）'],
    [{ all: [{ kinds_gte: 2 }, { any: [{ qty_gte: 3 }, { contains: cake }] }] },
      '满2种且（满3件或含面包1件）'],
    [{ not: { amount_gte: 10000 } }, '未满100元'],
    [{ not: { contains: cake } }, '不含面包1件'],
    [{ not: { nth_order: 1 } }, '非首单'],
    [{ not: { any: [{ qty_gte: 3 }, { nth_order: 1 }] } }, '不符合“满3件或首单”'],
    [{ of_next_year: 1 }, '符合条件'],
    [undefined, ''],
  ];
  for (const [when, text] of wanted) {
    test(text || 'none', () => {
      assert.equal(ruleText({ kind: 'promotion', when, give: yuan(5) }, names), `${text}减5元`);
    });
  }

  test('of a multi-piece cut it is left out where the cut needs as many pieces anyway', () => {
    const textOf = (qty, pay) =>
      ruleText({ kind: 'promotion', when: { qty_gte: qty }, give: nth(pay) });
    assert.equal(textOf(2, [10000, 5000]), '第2件半价');
    assert.equal(textOf(3, [10000, 5000]), '满3件第2件半价');
    assert.equal(textOf({ n: 2, same: 'sku' }, [10000, 5000]), '同规格满2件第2件半价');
    assert.equal(textOf(1, [7000, 6000]), '首件7折，第2件6折');
    assert.equal(textOf(2, [7000, 6000]), '满2件首件7折，第2件6折');
  });

  test('goods that are counted but not cut are told apart', () => {
    const rule = { kind: 'promotion', when: { amount_gte: 10000 }, filter: milk.scope,
      give: off(5000) };
    assert.equal(ruleText(rule, names), '满100元奶茶5折');
    assert.equal(ruleText(rule), '满100元部分商品5折');
  });

  test('money put on a card is 充值', () => {
    const rule = {
      kind: 'promotion', stage: 'reward', scope: { order_types: ['topup'] },
      when: { amount_gte: 10000 }, give: { stored_bonus: { amount: 5000 } },
    };
    assert.equal(ruleText(rule), '充值满100元送50元余额');
  });
});

describe('the figure of a coupon stands beside its own threshold', () => {
  const tiersOf = (by, ...steps) => ({ tiers: { by,
    tiers: steps.map(([gte, give]) => ({ gte, give })) } });
  const every = (give, more) => ({ every: { by: 'amount', step: 10000, give, ...more } });
  const wanted = [
    [tiersOf('amount', [10000, yuan(10)], [20000, yuan(30)]), '10', '满100元可用，满200元减30元'],
    [tiersOf('qty', [2, off(1000, { cap: 500 })], [5, off(5000, { cap: 3000 })]), '9折',
      '满2件可用，最高减5元，满5件5折，最高减30元'],
    [every(yuan(10)), '10', '每满100元可用'],
    [every(yuan(10), { limit: 2 }), '10', '每满100元可用，最多2次'],
    [every(off(1000)), '减10%', '每满100元可用'],
    [every(off(1000), { compound: true }), '9折', '每满100元可用'],
    [yuan(5, { per: 'unit', max_units: 2 }), '5', '无门槛，每件都减，限2件'],
    [yuan(5, { per: 'line' }), '5', '无门槛，每款都减'],
    [yuan(5, { lands_on: 'goods_then_freight' }), '5', '无门槛，可抵运费'],
    [off(10000, { per: 'piece' }), '免单', '无门槛，限1件'],
    [off(10000, { per: 'piece', choose: 'cheapest', cap: 3000 }), '免单',
      '无门槛，限最低价1件，最高减30元'],
    [off(5000, { per: 'unit', max_units: 1, choose: 'cheapest' }), '5折', '无门槛，限最低价1件'],
    [[yuan(5), { gift: { options: [{ sku: 'bag' }] } }], '5', '无门槛，送帆布袋'],
    [{ freight_off: { bp: 5000, cap: 300 } }, '运费5折，最高减3元', '无门槛'],
  ];
  for (const [give, face, terms] of wanted) {
    test(`${face} ${terms}`, () => {
      const rule = { kind: 'coupon', give };
      assert.deepEqual([couponFace(rule, names).text, couponTerms(rule, names)], [face, terms]);
    });
  }

  test('a coupon that cuts some of its goods says which', () => {
    const rule = { kind: 'coupon', when: { amount_gte: 10000 }, filter: milk.scope,
      give: off(2000) };
    assert.equal(couponTerms(rule, names), '满100元可用，限奶茶');
  });
});

describe('kinds are called what shops call them', () => {
  const wanted = {
    member: '会员价', timed: '限时折扣', flash: '秒杀', group_buy: '拼团价', bargain: '砍价',
    presale: '预售价', new_member: '新人价', coupon: '优惠券',
  };
  for (const [kind, tag] of Object.entries(wanted)) {
    test(tag, () => assert.equal(ruleTag({ kind, give: { unit_price: { price: 1 } } }), tag));
  }
});

describe('the small print of a rule', () => {
  const wanted = [
    [{ for: { tiers: ['gold'] } }, '金卡会员专享'],
    [{ for: { tiers: ['gold', 'x'] } }, '指定等级会员专享'],
    [{ for: { tags: ['vip'] } }, '指定会员专享'],
    [{ for: { segments: ['s'] } }, '受邀用户专享'],
    [{ for: { birthday: 'day' } }, '生日专享'],
    [{ for: { birthday: 'month' } }, '生日月专享'],
    [{ for: { registered_within_s: 2592000 } }, '新人专享（注册30天内）'],
    [{ for: { registered_before_s: 7200 } }, '老会员专享（注册满2小时）'],
    [{ for: { bought: ['tea'] } }, '购买过茉莉绿茶专享'],
    [{ for: { not_bought: ['x'] } }, '未购买过指定商品专享'],
    [{ for: { of_next_year: 1 } }, '指定会员专享'],
    [{ for: { any: [{ tags: ['vip'] }, { birthday: 'day' }] } }, '指定会员专享'],
    [{ kind: 'new_member' }, '新人专享'],
    [{ limit: { per_order: 2 } }, '每单限用2张'],
    [{ stage: 'unit', limit: { per_order: 2, qty_per_member: 5 } }, '每单限购2件 · 每人限购5件'],
    [{ kind: 'coupon', limit: { per_member: 1 } }, '每人限用1张'],
    [{ limit: { per_member: 3, total_left: true } }, '每人限3次 · 限量，先到先得'],
    [{ limit: { total_left: false } }, ''],
    [{ scope: { order_types: ['group_buy', 'presale'] } }, '仅限拼团、预售订单'],
    [{ scope: { order_types: ['of_next_year'] } }, '仅限指定订单'],
    [{ scope: { channels: ['miniprogram', 'live'] } }, '小程序、直播间专享'],
    [{ scope: { channels: ['x'] } }, '指定渠道专享'],
    [{ scope: { stores: ['s1'] } }, '仅限人民广场店'],
    [{ scope: { store_tags: ['east'] } }, '仅限指定门店'],
    [{ scope: { fulfilment: ['pickup'] } }, '仅限自提'],
    [{ scope: { fulfilment: ['delivery'] } }, '仅限配送'],
    [{ scope: { fulfilment: ['delivery', 'pickup'] } }, ''],
    [{ scope: 'all' }, ''],
    [{ window: { weekdays: [6, 7], daily: [['14:00', '17:00']] } },
      '仅限周六、周日 · 每日14:00-17:00'],
    [{ window: { daily: [['22:00', '02:00'], ['11:00', '24:00']] } },
      '每日22:00-次日02:00、11:00-24:00'],
    [{ stack: { excludes: ['coupon', 'promotion'] } }, '不与优惠券同享 · 不与其他活动同享'],
    [{ stack: { excludes: ['festival', 'coupon'] } }, '不与优惠券同享 · 不与部分优惠同享'],
    [{ stack: { exclusive: true, applies_to_discounted: false } },
      '不与其他优惠同享 · 特价商品除外'],
  ];
  for (const [rule, text] of wanted) {
    test(text || 'none', () => {
      assert.equal(ruleTerms({ kind: 'promotion', ...rule }, names).join(' · '), text);
      assert.doesNotMatch(ruleTerms(rule).join(), /undefined|NaN|null|\[object/);
    });
  }
});
