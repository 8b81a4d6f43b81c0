// The view: integers become text once, differences become the smallest paths.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import esbuild from 'esbuild';
import { bindPage } from '../../js/bind/page.js';
import { createEngine } from '../../js/node.js';
import { asColumns, barView, couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView,
  refusalText, tierText } from '../../js/view/index.js';
import { grouped, payRate, shortYuan } from '../../js/view/money.js';
import { ruleTitle, skuName } from '../../js/view/names.js';
import { couponFace, couponTerms, offerText, ruleTag, ruleText } from '../../js/view/rule_text.js';
import { randomFrom } from './random.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('ids are anybody\'s words, and before there is a book there are no names', () => {
  const names = namesOf({ catalog: { skus: [] }, rules: { rules: [] }, text: { skus: {} } });
  for (const id of ['constructor', '__proto__', 'toString']) {
    assert.equal(skuName(names, id), id);
    assert.equal(ruleTitle(names, id), id);
    assert.equal(refusalText(id), refusalText('E_NO_SUCH'));
  }
  assert.deepEqual(Object.keys(namesOf(null)), Object.keys(names));
});

describe('amounts in words', () => {
  test('a sentence drops zeros that say nothing', () => {
    assert.deepEqual([500, 750, 1234, 100000, 5, 0].map(shortYuan),
      ['5', '7.5', '12.34', '1000', '0.05', '0']);
  });

  test('counts are grouped by thousands', () => {
    assert.deepEqual([0, 999, 1240, 1234567].map(grouped), ['0', '999', '1,240', '1,234,567']);
  });

  test('a column of amounts is one text, and WXS takes a value out of it', () => {
    const lines = [{ id: 'a', net: '0.05', saved: '' },
      { id: 'b', net: '1234.50', saved: '10.00' }];
    const { columns, ...rest } = asColumns(lines, ['net', 'saved']);
    assert.deepEqual(rest, { lines: [{ id: 'a' }, { id: 'b' }] });
    assert.deepEqual(columns, { net: '005 123450', saved: ' 1000' });
    const money = { exports: {} };
    new Function('module', read('demo/miniprogram/parts/money.wxs'))(money);
    lines.forEach((line, index) => ['net', 'saved'].forEach((key) =>
      assert.equal(money.exports.at(columns[key], index), line[key])));
  });

  test('a rate is what is left to pay', () => {
    assert.deepEqual([8500, 8000, 5000, 0].map(payRate), ['8.5折', '8折', '5折', '免费']);
  });
});

const amountOff = (amount, more) => ({ amount_off: Object.assign({ amount }, more) });

const LADDER = {
  id: 'full_cut', kind: 'promotion', stage: 'order',
  give: {
    tiers: {
      by: 'amount',
      tiers: [{ gte: 3000, give: amountOff(500) }, { gte: 6000, give: amountOff(1200) }],
    },
  },
};

describe('rules in words', () => {
  const promotion = (give, when) => ({ kind: 'promotion', give, when });
  const wanted = [
    [LADDER, '满减', '满30元减5元，满60元减12元'],
    [promotion(amountOff(200), { qty_gte: 2 }), '满减', '满2件减2元'],
    [promotion({ percent_off: { bp: 1500, per: 'line' } }), '折扣', '8.5折'],
    [promotion({ percent_off: { bp: 2000, cap: 3000 } }, { amount_gte: 9900 }), '满折',
      '满99元8折，最高减30元'],
    [promotion({ nth_item: { pay_bp: [10000, 5000] } }, { qty_gte: 2 }), '多件优惠', '第2件半价'],
    [promotion({ every: { by: 'amount', step: 2000, give: amountOff(300) } }), '满减',
      '每满20元减3元'],
    [promotion({ gift: { options: [{ sku: 'a' }] } }, { kinds_gte: 3 }), '满赠', '满3种送赠品'],
    [promotion({ free_freight: {} }, { amount_gt: 5900 }), '包邮', '超过59元免运费'],
    [promotion([{ points: { n: 30 } }, amountOff(100)]), '送积分', '送30积分，减1元'],
    [{ kind: 'flash', give: { unit_price: { price: 990 } } }, '秒杀', '特价9.9元'],
  ];
  for (const [rule, tag, text] of wanted) {
    test(`${tag} ${text}`, () => {
      assert.equal(ruleTag(rule), tag);
      assert.equal(ruleText(rule), text);
    });
  }

  test('the next step says only what it adds', () => {
    assert.equal(offerText(LADDER, { by: 'amount', gte: 6000 }), '满60元减12元');
    const every = promotion({ every: { by: 'amount', step: 2000, give: amountOff(300) } });
    assert.equal(offerText(every, { by: 'amount', gte: 6000 }), '满60元减9元');
  });

  test('a coupon has a figure and terms', () => {
    const money = promotion(amountOff(1000), { amount_gte: 9900 });
    assert.deepEqual(couponFace(money), { text: '10', isMoney: true });
    assert.equal(couponTerms(money), '满99元可用');
    const rate = promotion({ percent_off: { bp: 4500, cap: 3000 } });
    assert.deepEqual(couponFace(rate), { text: '5.5折', isMoney: false });
    assert.equal(couponTerms(rate), '无门槛，最高减30元');
    assert.deepEqual(couponFace(LADDER), { text: '5', isMoney: true });
    assert.equal(couponTerms(LADDER), '满30元可用，满60元减12元');
    assert.deepEqual(couponFace(promotion({ free_freight: {} })),
      { text: '免运费', isMoney: false });
  });
});

// A view is JSON whose objects keep their keys; lists grow and shrink.
function randomView(random, depth = 0) {
  const scalar = () => ['', '1.20', '39.80', true, false, null][random(6)];
  const list = (make) => Array.from({ length: random(4) }, make);
  const item = () => ({ a: scalar(), b: depth < 2 ? randomView(random, depth + 1) : null });
  return {
    total: scalar(), lines: list(item), tags: list(scalar), sheet: random(2) ? null : item(),
  };
}

// What setData does with paths.
function applyPatch(view, changes) {
  const result = structuredClone(view);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.replace(/\[(\d+)\]/g, '.$1').split('.');
    const last = keys.pop();
    keys.reduce((object, key) => object[key], result)[last] = value;
  }
  return result;
}

describe('tierText', () => {
  const names = namesOf({ catalog: { skus: [] }, text: { tiers: { gold: '金卡' } },
    rules: { rules: [], growth: { num: 2, den: 300 } } });

  test('says what is missing in whole fen, upward, and that an order is enough', () => {
    // 1 of growth for each ¥1.50: 79 of it are 11,850 fen.
    assert.equal(tierText({ tier: { growth: 0, next: 'gold', gap: 79 } }, names),
      '再消费¥118.5升至金卡');
    assert.equal(tierText({ tier: { growth: 9, upgrade: 'gold' } }, names), '本单完成后升至金卡');
    assert.equal(tierText({ tier: { growth: 0, next: 'black', gap: 1 } }, names),
      '再消费¥1.5升至black');
    assert.equal(tierText({ tier: { growth: 0 } }, names), '');
    assert.equal(tierText({}, names), '');
  });
});

describe('patch', () => {
  test('only the changed leaf is named', () => {
    const prev = { total: '1.00', lines: [{ net: '1.00', qty: '1' }, { net: '2.00', qty: '1' }] };
    const next = { total: '1.00', lines: [{ net: '1.00', qty: '1' }, { net: '4.00', qty: '2' }] };
    assert.deepEqual(patch(prev, next), { 'lines[1].net': '4.00', 'lines[1].qty': '2' });
  });

  test('an object with a key that no path can name is sent whole', () => {
    assert.deepEqual(patch({ left: { tea: '9', 'tea.500ml': '9' } },
      { left: { tea: '9', 'tea.500ml': '1' } }), { left: { tea: '9', 'tea.500ml': '1' } });
    assert.deepEqual(patch({ a: { 'x[0]': 1 } }, { a: { 'x[0]': 2 } }), { a: { 'x[0]': 2 } });
  });

  test('equal views differ in nothing', () => {
    const view = randomView(randomFrom(7).below);
    assert.deepEqual(patch(view, structuredClone(view)), {});
  });

  test('a list that grew sends what is new, one that shrank is sent whole', () => {
    assert.deepEqual(patch({ a: ['x'] }, { a: ['x', 'y'] }), { 'a[1]': 'y' });
    assert.deepEqual(patch({ a: ['x', 'y'] }, { a: ['x'] }), { a: ['x'] });
  });

  test('the first view is sent whole', () => {
    assert.deepEqual(patch({}, { a: ['x'], b: '' }), { a: ['x'], b: '' });
  });

  test('prev with its patch is next, for any two views', () => {
    const random = randomFrom(20261120).below;
    for (let i = 0; i < 2000; i++) {
      const prev = randomView(random);
      const next = randomView(random);
      assert.deepEqual(applyPatch(prev, patch(prev, next)), next);
    }
  });
});

describe('bindPage', () => {
  test('many taps in one tick are one view and one setData', async () => {
    const applied = [];
    let count = 0;
    let views = 0;
    const binding = bindPage({
      view: () => {
        views += 1;
        return { count: String(count), fixed: 'x' };
      },
      apply: (changes) => applied.push(changes),
    });
    for (let i = 0; i < 5; i++) {
      count += 1;
      binding.invalidate();
    }
    assert.equal(views, 0);
    await null;
    count += 1;
    binding.invalidate();
    await null;
    binding.invalidate();
    await null;
    assert.equal(views, 3);
    assert.deepEqual(applied, [{ count: '5', fixed: 'x' }, { count: '6' }]);
  });

  test('a source that told is painted at once, and not again in that tick', async () => {
    const applied = [];
    let count = 1;
    const binding = bindPage({ view: () => ({ count: String(count) }),
      apply: (changes) => applied.push(changes) });
    binding.hear();
    assert.deepEqual(applied, [{ count: '1' }]);
    binding.invalidate();
    count = 2;
    binding.hear();
    count = 3;
    await null;
    assert.deepEqual(applied.slice(1), [{ count: '2' }]);
    binding.invalidate();
    await null;
    assert.deepEqual(applied.slice(2), [{ count: '3' }]);
  });

  test('a view that throws does not stop the next one', async () => {
    const applied = [];
    let fails = true;
    const binding = bindPage({
      view: () => {
        if (fails) throw new Error('not yet');
        return { a: '1' };
      },
      apply: (changes) => applied.push(changes),
    });
    assert.throws(() => binding.paintNow(), /not yet/);
    fails = false;
    binding.invalidate();
    await null;
    assert.deepEqual(applied, [{ a: '1' }]);
  });

  const task = () => new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

  test('the total need not wait for new lists, and a tap is one setData as ever', async () => {
    const applied = [];
    let shown = { total: '1.00', lines: [{ net: '1.00' }], tip: 'a' };
    const binding = bindPage({ view: () => shown, first: ['total'],
      apply: (changes) => applied.push(changes) });
    binding.invalidate();
    await null;
    assert.deepEqual(applied, [{ total: '1.00' }]);
    await task();
    assert.deepEqual(applied[1], { lines: [{ net: '1.00' }], tip: 'a' });
    shown = { total: '2.00', lines: [{ net: '2.00' }], tip: 'b' };
    binding.invalidate();
    await null;
    assert.deepEqual(applied.slice(2), [{ total: '2.00', 'lines[0].net': '2.00', tip: 'b' }]);
    // A tap before the lists are there: they come first, because the change is one of them.
    shown = { total: '3.00', lines: [{ net: '1.00' }, { net: '2.00' }], tip: 'b' };
    binding.paintNow();
    shown = { total: '4.00', lines: [{ net: '1.00' }, { net: '3.00' }], tip: 'b' };
    binding.paintNow();
    assert.deepEqual(applied.slice(3), [{ total: '3.00' },
      { 'lines[0].net': '1.00', 'lines[1]': { net: '2.00' } },
      { total: '4.00', 'lines[1].net': '3.00' }]);
    await task();
    assert.equal(applied.length, 6);
  });

  test('a bar may always come first; where it is the same the view comes at once', async () => {
    const applied = [];
    let total = 1;
    let sheet = '';
    const binding = bindPage({ view: () => ({ total, sheet }), quick: () => ({ total }),
      quickAfterMs: 0, apply: (changes) => applied.push(changes) });
    binding.paintNow();
    [total, sheet] = [2, 'a'];
    binding.invalidate();
    await null;
    assert.deepEqual(applied, [{ total: 1, sheet: '' }, { total: 2 }]);
    // A tap in between: one view, of what is so by then.
    total = 3;
    binding.invalidate();
    await null;
    await task();
    await task();
    assert.deepEqual(applied.slice(2), [{ total: 3 }, { sheet: 'a' }]);
    sheet = 'b';
    binding.invalidate();
    await null;
    assert.deepEqual(applied.slice(4), [{ sheet: 'b' }]);
  });

  test('a slow view is announced by a quick one, and then right', async (context) => {
    context.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
    const applied = [];
    let viewMs = 101;
    let total = 1;
    let part = (n) => ({ total: `${n}?` });
    const binding = bindPage({
      view: () => {
        context.mock.timers.setTime(Date.now() + viewMs);
        return { total: `${total}`, more: 'x' };
      },
      quick: () => part(total),
      apply: (changes) => applied.push(changes),
    });
    binding.paintNow();
    for (total of [2, 3]) {
      binding.invalidate();
      await null;
    }
    context.mock.timers.tick(0);
    assert.deepEqual(applied, [{ total: '1', more: 'x' }, { total: '2?' }, { total: '3?' },
      { total: '3' }]);
    part = () => null;
    binding.invalidate();
    await null;
    assert.equal(applied.length, 4);
    viewMs = 100;
    binding.paintNow();
    part = () => assert.fail('a fast view needs no quick one');
    total = 4;
    binding.invalidate();
    await null;
    assert.deepEqual(applied[4], { total: '4' });
  });
});

const bookText = read('demo/seed/tea.book.json');
const seed = JSON.parse(read('demo/seed/tea.member.json'));
const book = JSON.parse(bookText);

function request(lines, more) {
  return Object.assign({
    now: seed.now,
    detail: 'full',
    member: seed.member,
    address: { region: seed.addresses[0].region },
    coupons: seed.coupons,
    points: 'max',
    lines,
  }, more);
}

const fenOf = (text) => Math.round(Number(text.replace('¥', '')) * 100);

describe('receiptView over the tea shop', () => {
  const names = namesOf(book);
  let engine;
  let show;

  before(async () => {
    engine = await createEngine();
    await engine.load(bookText, { unsignedBookForDevelopment: true });
    show = (asked) => receiptView(engine.quote(asked), names, { request: asked });
  });

  const oneCup = [{ id: 'a', sku: 'm01', qty: 1 }];

  test('a line has its name, its spec and its prices', () => {
    const asked = request([
      { id: 'a', sku: 'm01', qty: 2, options: [{ id: 'large' }, { id: 'pearl', qty: 2 }] },
    ]);
    const [line] = show(asked).lines;
    assert.equal(line.name, '招牌珍珠奶茶');
    assert.equal(line.spec, '大杯 / 标准糖 / 正常冰 / 加珍珠×2');
    assert.equal(line.qty, '2');
    assert.equal(line.isSelected, true);
    // List 15.00 + 3.00 + 2 × 2.00, gold members 13.20 instead of 15.00.
    assert.equal(line.unit, '20.20');
    assert.equal(line.list, '22.00');
    assert.ok(line.tags.includes('会员价'));
  });

  test('a quota price says how many pieces it holds for', () => {
    const [line] = show(request([{ id: 'a', sku: 'm06', qty: 3 }])).lines;
    assert.equal(line.unit, '9.90');
    assert.equal(line.list, '19.00');
    assert.equal(line.unitNote, '2件¥9.90，1件¥19.00');
  });

  test('what is struck is told beside struck prices, and only there', () => {
    const guest = request(oneCup, { member: {} });
    const [line] = show(guest).lines;
    assert.equal(line.list, '');
    assert.equal(show(guest).struckBasis, '');
    assert.equal(show(request(oneCup)).struckBasis, '划线价为本店标价');
    const silent = namesOf({ ...book, text: { ...book.text, struck_basis: undefined } });
    assert.equal(receiptView(engine.quote(request(oneCup)), silent).struckBasis, '');
  });

  test('a price for a first order is an estimate for a guest', () => {
    const asked = request(oneCup);
    const receipt = { ...engine.quote(asked), assumes: [{ code: 'FIRST_ORDER', rule: 'r' }] };
    const noteOf = (who, found = receipt) =>
      receiptView(found, names, { request: { ...asked, member: who } }).totalNote;
    assert.equal(noteOf(undefined), '新人预估价');
    assert.equal(noteOf({ orders: 0 }), '新人预估价');
    assert.equal(noteOf({ id: 'u1', orders: 0 }), '');
    assert.equal(noteOf(undefined, { ...receipt, assumes: [] }), '');
  });

  test('a line with more pieces than a limit leaves says so', () => {
    const asked = request(oneCup);
    const receipt = engine.quote(asked);
    const warnings = [{ code: 'LIMIT', line: 'a', rule: 'flash_taro' },
      { code: 'LIMIT', rule: 'flash_tart' }];
    const [line] = receiptView({ ...receipt, warnings }, names, { request: asked }).lines;
    assert.equal(line.note, '超过限购数量的部分按原价计');
  });

  test('an unselected line is shown, not counted', () => {
    const view = show(request([...oneCup, { id: 'b', sku: 'm02', qty: 4, selected: false }]));
    assert.equal(view.count, '1');
    assert.equal(view.isAllSelected, false);
    assert.deepEqual([view.lines[1].isSelected, view.lines[1].net], [false, '']);
  });

  test('a line that left the shelf is gone, not lost', () => {
    const view = show(request([...oneCup, { id: 'b', sku: 'unknown', qty: 4 }]));
    assert.deepEqual(view.gone.map(({ id }) => id), ['b']);
    assert.equal(view.lines.length, 1);
  });

  test('an empty cart has no price to pay and nothing to submit', () => {
    const view = show(request([]));
    assert.equal(view.total, '0.00');
    assert.deepEqual(view.submit, { text: '去结算', isEnabled: false });
  });

  test('a promotion says what is missing, then what it took off', () => {
    const promotionOf = (view) => view.promotions.find(({ id }) => id === 'full_cut');
    const below = promotionOf(show(request([{ id: 'a', sku: 'm09', qty: 1 }], { coupons: [] })));
    assert.match(below.text, /^满30元减5元，再买¥\d+\.\d\d可享$/);
    assert.equal(below.isReached, false);
    const above = promotionOf(show(request([{ id: 'a', sku: 'm09', qty: 3 }], { coupons: [] })));
    assert.match(above.text, /^已减5元，再买¥\d+\.\d\d可享满60元减12元$/);
    assert.equal(above.isReached, true);
  });

  test('a promotion for one category names it', () => {
    const { promotions } = show(request([{ id: 'a', sku: 'm09', qty: 1 }]));
    assert.equal(promotions.find(({ id }) => id === 'milk_cups').text,
      '醇香奶茶满2件减2元，再买1件可享');
  });

  test('the points row offers while the switch is off', () => {
    const lines = [{ id: 'a', sku: 'm09', qty: 3 }];
    const off = request(lines, { points: 0 });
    const most = engine.quote(request(lines));
    const view = receiptView(engine.quote(off), names, { request: off, most });
    assert.equal(view.points.text, '共1,240积分，可用800抵¥8.00');
    assert.equal(view.points.cut, '');
    assert.equal(show(request(lines)).points.cut, '-¥8.00');
  });

  test('a rule for every step that has paid offers the same again', () => {
    const saturday = seed.now + 86400;
    const lines = [{ id: 'a', sku: 'm09', qty: 3 }, { id: 'b', sku: 'b05', qty: 2 }];
    const textOf = (id, asked) => show(asked).promotions.find((one) => one.id === id).text;
    const asked = request(lines, { now: saturday, coupons: [] });
    assert.equal(textOf('weekend_points', asked), '已享周末每满30元赠30积分，再买¥22.20可再享一次');
    assert.equal(textOf('bakery_every', asked), '烘焙甜点已减6元，再买¥14.20可再享一次');
    const below = request([{ id: 'a', sku: 'm09', qty: 1 }], { now: saturday, coupons: [] });
    assert.match(textOf('weekend_points', below), /^周末每满30元赠30积分，再买¥\d+\.\d\d可享$/);
  });

  test('where nobody delivers, freight is not called free', () => {
    const { region } = seed.addresses[2];
    const freightOf = (asked) => {
      const receipt = engine.quote(asked);
      const row = detailView(receipt, names).rows.find(({ key }) => key === 'freight');
      return { reason: receipt.submit.reason, note: show(asked).freight, row };
    };
    const row = { key: 'freight', label: '运费', value: '该地区不配送', struck: '', isCut: false };
    assert.deepEqual(freightOf(request(oneCup, { address: { region } })),
      { reason: 'NO_DELIVERY', note: '该地区不配送', row });

    // The tote bag of another shop does go there, for ¥10.00, and its fee stays in the sum.
    const parcel = { id: 'b', sku: 'g01', qty: 1, shop: 'other' };
    const both = freightOf(request([...oneCup, parcel], { address: { region }, coupons: [] }));
    assert.deepEqual([both.reason, both.note], ['NO_DELIVERY', '该地区不配送']);
    assert.deepEqual([both.row.label, both.row.value], ['运费（有商品该地区不配送）', '¥10.00']);
    assert.equal(freightOf(request(oneCup)).row.value, '¥4.00');
  });

  test('pickup has no freight', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 3, fulfilment: 'pickup' }]);
    assert.equal(show(asked).freight, '');
    const { rows } = detailView(engine.quote(asked), names);
    assert.equal(rows.find(({ key }) => key === 'freight').value, '自提免运费');
  });

  test('a fee that a rule took off stands beside what it was', () => {
    const receipt = engine.quote(request([{ id: 'a', sku: 'm09', qty: 3 }]));
    const fees = [{ id: 'bag', amount: 0, cuts: [{ rule: 'r', cut: 200 }] },
      { id: 'box', amount: 100, cuts: [{ rule: 'r', cut: 50 }, { rule: 's', cut: 50 }] },
      { id: 'fork', amount: 50 }];
    const { rows } = detailView({ ...receipt, fees }, { ...names, feeTexts: { bag: '打包袋' } });
    const shown = rows.filter(({ key }) => key.startsWith('fee '))
      .map(({ label, value, struck }) => [label, value, struck]);
    assert.deepEqual(shown, [['打包袋', '¥0.00', '¥2.00'], ['其他费用', '¥1.00', '¥2.00'],
      ['其他费用', '¥0.50', '']]);
  });

  test('without an address freight is left out and said so', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 3 }]);
    delete asked.address;
    const view = show(asked);
    assert.equal(view.isFreightOut, true);
    assert.equal(view.freight, '填写地址后计算运费，已选优惠券可能变化');
  });

  test('a coupon that was picked without an address may change, and that it did is said', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 3 }]);
    const known = engine.quote(asked);
    delete asked.address;
    const coupon = { id: 'c', rule: 'r', state: 'picked', reason: 'PICKED', cut: 100 };
    const unknown = { ...engine.quote(asked), coupons: [{ ...coupon, provisional: true }] };
    assert.equal(receiptView(unknown, names).freight, '填写地址后计算运费，已选优惠券可能变化');
    const changed = { ...known, coupons: [coupon], warnings: [{ code: 'FREIGHT_KNOWN' }] };
    assert.match(receiptView(changed, names).freight, /，优惠券已按运费重新选择$/);
  });

  test('the bar of the totals alone is the bar of the whole receipt', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 3 }, { sku: 'p06', qty: 2 },
      { sku: 'gone', qty: 4 }, { id: 'd', sku: 'm01', qty: 1, selected: false }]);
    const totals = engine.quote({ ...asked, detail: 'totals', hash: false });
    const { isFreightOut, ...bar } = barView(engine.quote(asked), asked);
    assert.equal(isFreightOut, false);
    assert.equal(bar.count, '5');
    assert.deepEqual(barView(totals, asked), bar);
  });

  test('below the minimum order the button says what is missing', () => {
    const view = show(request([{ id: 'a', sku: 'p06', qty: 1 }]));
    assert.match(view.submit.text, /^差¥\d+\.\d\d起送$/);
    assert.equal(view.submit.isEnabled, false);
  });

  test('what is out of stock, refused or still to claim is said', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 4 }]);
    const receipt = engine.quote(asked);
    const coupons = receipt.coupons.map((one) =>
      (one.state === 'picked' ? { ...one, state: 'claim_first' } : one));
    const changed = {
      ...receipt, coupons, warnings: [{ code: 'STOCK', line: 'a' }],
      gifts: [{ rule: 'x', sku: 'm01', qty: 1, state: 'out' }],
    };
    const viewOf = (submit) =>
      receiptView({ ...changed, submit }, names, { request: asked });
    const view = viewOf({ ok: false, reason: 'POINTS' });
    assert.deepEqual(view.submit, { text: '积分不足', isEnabled: false });
    assert.deepEqual(viewOf({ ok: false, reason: 'OF_NEXT_YEAR' }).submit.text, '暂不可提交');
    assert.equal(view.lines[0].note, '库存不足');
    assert.deepEqual(view.gifts, ['招牌珍珠奶茶×1（已赠完）']);
    assert.deepEqual(view.coupon, receiptView(receipt, names).coupon);
    const sheet = couponSheetView(changed, receipt, names, asked.coupons, without(asked));
    assert.equal(sheet.isBest, true);
    assert.ok(sheet.usable.some(({ isPicked, isClaimFirst }) => isPicked && isClaimFirst));
  });

  const without = (asked) => engine.quote({ ...asked, pick: 'none', detail: 'totals' });
  const beforePoints = ({ totals }) => totals.goods + totals.freight + totals.fees;
  const sheetOf = (asked, coupons) => {
    const best = engine.quote(asked);
    const receipt = coupons ? engine.quote({ ...asked, pins: { coupons } }) : best;
    return couponSheetView(receipt, best, names, asked.coupons, without(asked));
  };

  test('the coupon sheet has the best combination picked', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 4 }]);
    const sheet = sheetOf(asked);
    assert.equal(sheet.isBest, true);
    assert.equal(sheet.lost, '');
    const picked = sheet.usable.filter(({ isPicked }) => isPicked);
    assert.ok(picked.length > 0);
    const sum = picked.reduce((total, { cut }) => total + fenOf(cut), 0);
    assert.equal(fenOf(sheet.best), sum);
    assert.equal(sheet.confirm, `确定（省¥${sheet.best}）`);
    assert.equal(sheet.usable.length + sheet.unusable.length, seed.coupons.length);
    for (const { reason } of sheet.unusable) assert.match(reason, /^不可用原因：.+/);
    for (const { reason } of [...sheet.usable, ...sheet.unusable]) {
      assert.doesNotMatch(reason, /[{}]/);
    }
  });

  test('picking worse coupons says what they cost', () => {
    const asked = request([{ id: 'a', sku: 'm09', qty: 4 }]);
    const sheet = sheetOf(asked, []);
    assert.equal(sheet.isBest, false);
    const saving = beforePoints(without(asked)) - beforePoints(engine.quote(asked));
    assert.equal(fenOf(sheet.lost), saving);
    assert.equal(sheet.lost, sheet.best);
    assert.equal(sheet.confirm, '确定');
  });

  test('a usable coupon that was not asked for says nothing', () => {
    const { usable } = sheetOf(request([{ id: 'a', sku: 'm09', qty: 4 }]), []);
    assert.ok(usable.length > 0);
    assert.deepEqual(usable.map(({ reason }) => reason), usable.map(() => ''));
  });

  // Without coupons these goods reach free freight: ¥62.30. The best coupons cut ¥17.00, of which
  // ¥4.00 is freight that nothing else frees any more.
  test('the saving of the sheet is what the order costs less, not what the coupons cut', () => {
    const skus = [['c06', 1], ['m01', 1], ['c02', 1], ['b07', 2]];
    const asked = request(skus.map(([sku, qty]) => ({ id: sku, sku, qty })));
    const cutOf = ({ usable }) => usable.filter(({ isPicked }) => isPicked)
      .reduce((sum, { cut }) => sum + fenOf(cut), 0);
    const said = ({ best, confirm, lost, isBest }) => ({ best, confirm, lost, isBest });
    const sheet = sheetOf(asked);
    assert.equal(cutOf(sheet), 1700);
    assert.deepEqual(said(sheet),
      { best: '13.00', confirm: '确定（省¥13.00）', lost: '', isBest: true });
    assert.deepEqual(said(sheetOf(asked, ['w01'])),
      { best: '13.00', confirm: '确定（省¥6.00）', lost: '7.00', isBest: false });
    // Dearer than no coupon at all: ¥3.00 off and ¥4.00 of freight.
    assert.deepEqual(said(sheetOf(asked, ['w06'])),
      { best: '13.00', confirm: '确定', lost: '14.00', isBest: false });
  });

  test('what the sheet says of savings adds up, for any cart and any pins', () => {
    const random = randomFrom(44).below;
    const savedIn = ({ confirm }) => fenOf((/省¥([\d.]+)/.exec(confirm) || ['', '0'])[1]);
    for (let i = 0; i < 200; i++) {
      const asked = randomRequest(random);
      const coupons = seed.coupons.map(({ id }) => id).filter(() => random(4) === 0);
      const sheet = sheetOf(asked, coupons);
      const pinned = engine.quote({ ...asked, pins: { coupons } });
      const saving = beforePoints(without(asked)) - beforePoints(pinned);
      const text = JSON.stringify({ asked, coupons });
      assert.equal(savedIn(sheet), Math.max(saving, 0), text);
      assert.equal(fenOf(sheet.best || '0') - fenOf(sheet.lost || '0'), saving, text);
      assert.ok(!sheet.isBest || sheet.lost === '', text);
    }
  });

  // What a shopper adds up by hand must be what is asked for.
  test('rows of the sheets add up, for any cart', () => {
    const random = randomFrom(42).below;
    for (let i = 0; i < 200; i++) {
      const asked = randomRequest(random);
      const receipt = engine.quote(asked);
      const { rows, total } = detailView(receipt, names);
      const sum = rows.reduce((fen, { value }) => fen + (/^-?¥/.test(value)
        ? fenOf(value.replace('-¥', '-')) : 0), 0);
      assert.equal(sum, fenOf(total), JSON.stringify(asked));
      for (const { id, state } of receipt.lines.filter((line) => line.state === 'priced')) {
        const cuts = lineCutsView(receipt, names, id);
        const cut = cuts.rows.reduce((fen, { value }) => fen + fenOf(value.replace('-¥', '')), 0);
        assert.equal(fenOf(cuts.list) - cut, fenOf(cuts.net), state);
      }
    }
  });

  test('no text of the view shows a hole', () => {
    const random = randomFrom(43).below;
    for (let i = 0; i < 200; i++) {
      assert.doesNotMatch(JSON.stringify(show(randomRequest(random))),
        /undefined|NaN|null|\[object/);
    }
  });

  // Shares of the order's cuts move on every line, so this is about the worst a tap can do.
  test('one more piece of one line of twenty sends less than half of the view', () => {
    const lines = book.catalog.skus.slice(0, 20).map(({ id }) => ({ id, sku: id, qty: 1 }));
    const prev = show(request(lines));
    const more = lines.map((line, index) => (index === 19 ? { ...line, qty: 2 } : line));
    const next = show(request(more));
    const size = (value) => Buffer.byteLength(JSON.stringify(value));
    assert.ok(size(patch(prev, next)) < size(next) / 2,
      `${size(patch(prev, next))} of ${size(next)} bytes`);
    assert.deepEqual(applyPatch(prev, patch(prev, next)), next);
  });

  function randomRequest(random) {
    const { skus } = book.catalog;
    const lines = Array.from({ length: 1 + random(6) }, (_, index) => {
      const sku = skus[random(skus.length)];
      const options = (sku.options || []).filter(() => random(5) === 0).slice(0, 4);
      return {
        id: String(index),
        sku: sku.id,
        qty: 1 + random(5),
        selected: random(6) > 0,
        options: options.map((id) => ({ id, qty: 1 + random(2) })),
        fulfilment: random(3) ? 'delivery' : 'pickup',
      };
    });
    return request(lines, {
      points: random(2) ? 'max' : 0,
      address: { region: seed.addresses[random(seed.addresses.length)].region },
    });
  }
});

describe('the files a mini-program gets', () => {
  const files = ['js/view', 'js/bind'].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url))
      .filter((name) => name.endsWith('.js')).map((name) => `${folder}/${name}`));
  // After a dot it is a member: a rule has a `window`.
  const absent =
    /(?<!\.)\b(Intl|BigInt|window|document|globalThis|fetch|TextEncoder|structuredClone)\b/;

  for (const file of files) {
    test(`${file} is ES2017 without a host`, async () => {
      const source = read(file);
      const code = async (target) =>
        (await esbuild.transform(source, { target, legalComments: 'none' })).code;
      const es2017 = await code('es2017');
      assert.equal(es2017, await code('esnext'));
      assert.doesNotMatch(es2017, absent);
      assert.doesNotMatch(es2017, /\.finally\(/);
    });
  }
});
