// The client and the server of this repository with the real engine on both sides: what a page
// does from the first visit to a paid order, and what it does when the shop changes under it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from 'suanpan/node';
import { fetchHttp } from '../../js/host/fetch_http.js';
import * as admin from '../../js/server/admin.js';
import { newSigningKey, signer } from '../../js/server/crypto.js';
import { signRoot } from '../../js/server/signing.js';
import { createShop } from '../../js/shop/shop.js';
import { startTestServer } from '../server/start.js';
import { modelFile } from '../recommend/model_file.js';
import { phoneStorage } from './world.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const seed = (name) => readFileSync(new URL(`../../demo/seed/${name}`, import.meta.url), 'utf8');
const { member: seeded, coupons, now } = JSON.parse(seed('tea.member.json'));
const tea = JSON.parse(seed('tea.book.json'));
const wallet = (name) => ({ entry: 'first', tier: seeded.tier, points: seeded.points,
  coupons: coupons.map((coupon) => ({ ...coupon, id: `${name}.${coupon.id}` })) });

const NAMES = ['vera', 'olga', 'skip', 'twin', 'stock', 'away', 'again', 'model', 'book', 'share',
  'friend', 'code', 'till', 'h5', 'mini', 'recall', 'lost', 'far'];
const model = modelFile({ goods: { m01: { popular: 0, with: { f01: 64 } }, f01: { popular: 4 } },
  numbers: { popular: 100 } });

let server;
before(async () => {
  const startedAt = Date.now();
  const clock = { now: () => now * 1000 + Date.now() - startedAt };
  const members = Object.fromEntries(NAMES.map((name) => [name, wallet(name)]));
  server = await startTestServer({ book: tea, model, clock, members });
});
after(() => server && server.stop());

async function open(t, name, { storage = phoneStorage() } = {}) {
  const engine = await createEngine({ shop: tea.shop, root: server.root });
  // `cut` matches the addresses that can't be reached.
  const net = { isDown: false, cut: /^$/, change: (answer) => answer };
  const shop = await createShop({ engine, url: server.url, shop: tea.shop, root: server.root,
    host: { kvFor: storage.kvFor,
      http: { request: (asked) => (net.isDown || net.cut.test(asked.url)
        ? Promise.reject(Object.assign(new Error('down'), { code: 'E_NETWORK' }))
        : fetchHttp.request(asked).then(net.change)) },
      random: { bytes: async (n) => crypto.getRandomValues(new Uint8Array(n)) } },
    login: async () => `stand-in:${name}` });
  t.after(() => {
    shop.stop();
    engine.dispose();
  });
  await shop.sync();
  if (shop.status.member === null) await shop.enrol();
  await shop.sync();
  return { shop, net, storage, engine };
}

const add = (sku, n = 1, options = []) => ({ type: 'cart.add', sku, n, options });

test('a visitor\'s cart becomes a member\'s, with tier, coupons and points', async (t) => {
  const { shop } = await open(t, 'vera');
  await shop.dispatch(add('m01', 2, ['large', 'pearl']));
  await shop.dispatch(add('f01'));
  await shop.setOrder({ fulfilment: 'pickup' });
  await shop.sync();
  assert.equal(shop.status.pending, 0);
  assert.equal(shop.state.member.tier, 'gold');
  assert.equal(shop.state.coupons.length, coupons.length);
  assert.ok(shop.receipt.decision.coupons.length > 0);
  assert.equal(shop.receipt.points.balance, 1240);
  assert.equal(shop.status.isFresh, true);
});

test('an order is priced again by the server and charged what was shown', async (t) => {
  const { shop } = await open(t, 'olga');
  await shop.dispatch(add('m01', 3));
  await shop.dispatch({ type: 'cart.choose', points: 'max' });
  await shop.setOrder({ fulfilment: 'delivery', address: { region: '310104', text: '云锦路' } });
  const shown = shop.receipt;
  const answer = await shop.submit({ contact: { name: '林小满' } });
  assert.equal(answer.state, 'accepted', JSON.stringify(answer));
  assert.equal(answer.order.payable, shown.totals.payable);
  assert.deepEqual(shop.state.cart.lines, []);
  assert.equal(shop.state.orders[0].order, answer.order.id);
  const used = shown.decision.coupons;
  assert.ok(used.length > 0);
  shop.state.coupons.forEach(({ id }) => assert.ok(!used.includes(id)));
  await shop.dispatch(add('m01'));
  assert.equal(shop.receipt.points.balance, 1240 - shown.points.used);
});

test('lines that are not selected stay in the cart', async (t) => {
  const { shop } = await open(t, 'skip');
  await shop.dispatch(add('m01', 2));
  await shop.dispatch(add('f01'));
  await shop.dispatch({ type: 'cart.choose', skip: ['f01'] });
  const { state } = await shop.submit();
  assert.equal(state, 'accepted');
  assert.deepEqual(shop.state.cart.lines.map(({ line }) => line), ['f01']);
});

test('two phones of one member have one cart', async (t) => {
  const one = await open(t, 'twin');
  const two = await open(t, 'twin');
  await one.shop.dispatch(add('m01', 2));
  await two.shop.dispatch(add('m01', 3));
  await one.shop.sync();
  await two.shop.sync();
  await one.shop.sync();
  assert.equal(one.shop.state.cart.lines[0].qty, 5);
  assert.deepEqual(one.shop.state, two.shop.state);
});

test('stock that is gone refuses the order and what is left is warned of', async (t) => {
  const { shop } = await open(t, 'stock');
  await server.restock({ sku: 'b05', n: 1 });
  await shop.dispatch(add('b05', 3));
  const answer = await shop.submit();
  assert.deepEqual([answer.state, answer.code], ['refused', 'E_STOCK']);
  const { stock } = await shop.live(['b05']);
  assert.equal(stock.b05, 1);
  assert.equal(shop.state.cart.lines[0].qty, 3);
});

test('offline: an intent is kept, and the order is made after the shopper\'s word', async (t) => {
  const { shop, net } = await open(t, 'away');
  await shop.dispatch(add('m01', 2));
  await shop.sync();
  net.isDown = true;
  assert.equal((await shop.submit()).state, 'kept');
  net.isDown = false;
  await shop.sync();
  assert.equal(shop.intent.state, 'confirm');
  assert.deepEqual(shop.state.orders, []);
  assert.equal((await shop.submit()).state, 'accepted');
  assert.equal(shop.intent, null);
});

test('a reload of everything keeps member, cart and book without a network', async (t) => {
  const { shop, storage, net } = await open(t, 'again');
  await shop.dispatch(add('m01', 2));
  await shop.sync();
  const { totals } = shop.receipt;
  net.isDown = true;
  const engine = await createEngine({ shop: tea.shop, root: server.root });
  const offline = await createShop({ engine, url: 'http://127.0.0.1:1', shop: tea.shop,
    root: server.root, host: { kvFor: storage.kvFor, http: fetchHttp,
      random: { bytes: async (n) => crypto.getRandomValues(new Uint8Array(n)) } } });
  t.after(() => offline.stop());
  assert.deepEqual(offline.receipt.totals, totals);
  assert.equal(offline.status.member, 'again');
});

test('the model comes later, by the hash in the signed manifest', async (t) => {
  const { shop, engine, net } = await open(t, 'model');
  const bytes = await shop.laterPart('model');
  assert.deepEqual(Buffer.from(bytes), Buffer.from(model));
  assert.equal(engine.loadModel(bytes).items, 2);
  assert.deepEqual(engine.recommend({ cart: ['m01'] }).items.map(({ sku }) => sku), ['f01']);
  assert.equal(await shop.laterPart('stores'), null);
  net.change = (answer) => {
    const body = answer.body.slice();
    body[body.length - 1] ^= 1;
    return { ...answer, body };
  };
  await assert.rejects(shop.laterPart('model'), { code: 'E_DIGEST' });
  net.change = (answer) => ({ ...answer, status: 404 });
  await assert.rejects(shop.laterPart('model'), { code: 'E_NOT_FOUND', path: '' });
  net.isDown = true;
  await assert.rejects(shop.laterPart('model'), { code: 'E_NETWORK' });
  const { digest } = shop.status.book;
  const { status } = await fetchHttp.request({ method: 'GET',
    url: `${server.url}/v1/book/${digest}/rules` });
  assert.equal(status, 404);
});

test('a share is told by a visitor, counted when he has enrolled, and never for oneself',
  async (t) => {
    const { shop } = await open(t, 'share');
    const { token, code } = await shop.share({ channel: 'poster' });
    assert.ok(code.length <= 32 && token.length < 200);
    const engine = await createEngine({ shop: tea.shop, root: server.root });
    const friend = await createShop({ engine, url: server.url, shop: tea.shop, root: server.root,
      host: { kvFor: phoneStorage().kvFor, http: fetchHttp,
        random: { bytes: async (n) => crypto.getRandomValues(new Uint8Array(n)) } },
      login: async () => 'stand-in:friend' });
    t.after(() => friend.stop());
    await assert.rejects(friend.share(), { code: 'E_DEVICE' });
    await friend.openShare(code);
    assert.equal(friend.status.pending, 1);
    await friend.enrol();
    await friend.sync();
    assert.deepEqual([friend.status.pending, friend.rejected], [0, []]);
    const visits = server.read('SELECT member, inviter, channel FROM visit');
    assert.deepEqual(visits, [{ member: 'friend', inviter: 'share', channel: 'poster' }]);
    await shop.openShare(token);
    await shop.sync();
    assert.deepEqual(shop.rejected.map(({ code: why }) => why), ['E_ARGS']);
  });

test('a coupon code brings a coupon, and its refusals are the server\'s own', async (t) => {
  const { shop, net } = await open(t, 'code');
  const [{ id: rule }] = tea.rules.rules.filter(({ kind }) => kind === 'coupon');
  const { codes } = await server.run(admin.makeCodes(server.shop, { batch: 'b', rule, n: 2 }));
  const { coupon } = await shop.redeemCode(codes[0]);
  assert.ok(shop.state.coupons.some(({ id }) => id === coupon));
  await assert.rejects(shop.redeemCode(codes[0]), { code: 'E_COUPON' });
  await assert.rejects(shop.redeemCode('nothing'), { code: 'E_NOT_FOUND' });
  assert.deepEqual(shop.rejected, []);
  net.isDown = true;
  await assert.rejects(shop.redeemCode(codes[1]), { code: 'E_NETWORK' });
});

test('a coupon is held for a till, taken there without a network, and told', async (t) => {
  const { shop } = await open(t, 'till');
  const { id } = shop.state.coupons.find(({ from = 0, to }) =>
    from <= shop.now() && to > shop.now());
  const { code } = await shop.holdCoupon(id, 'store-1');
  assert.ok(!shop.state.coupons.some((one) => one.id === id));
  assert.deepEqual(shop.state.held.map(({ coupon, store }) => [coupon, store]),
    [[id, 'store-1']]);
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-till-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [root, used] = ['root', 'used'].map((name) => join(folder, name));
  writeFileSync(root, server.root);
  const till = (...words) => new Promise((resolve) => {
    execFile(process.execPath, [program, 'redeem', ...words], (_, stdout, stderr) =>
      resolve(stdout ? JSON.parse(stdout) : stderr));
  });
  const verify = (store = 'store-1') => till('verify', '--code', code, '--root', root, '--store',
    store, '--used', used, '--now', String(shop.now()));
  assert.equal((await verify('store-2')).code, 'E_SHOP');
  // Two at a time, behind a line that was cut off: one of them has it.
  writeFileSync(used, '{"j":"to', { mode: 0o600 });
  const both = await Promise.all([verify(), verify()]);
  assert.deepEqual(both.map((one) => one.c || one.code).sort(), ['E_REPLAY', id].sort());
  const settle = (name = 'till-1') => till('settle', '--used', used, '--url', server.url,
    '--till', name);
  assert.equal((await till('settle', '--used', used, '--url', 'http://127.0.0.1:1', '--till', 't'))
    .code, 'E_NETWORK');
  assert.deepEqual((await settle()).results.map(({ c }) => c), ['ok']);
  assert.deepEqual((await settle()).results, []);
  await shop.sync();
  assert.equal(shop.state.held, undefined);
  assert.equal(server.read('SELECT state FROM coupon WHERE coupon = ?', id)[0].state, 'used');
});

test('goods go from one app to another under a code, once', async (t) => {
  const [h5, mini] = [await open(t, 'h5'), await open(t, 'mini')];
  await h5.shop.dispatch(add('m01', 2, ['large', 'pearl']));
  await h5.shop.dispatch(add('f01'));
  await h5.shop.dispatch({ type: 'cart.choose', skip: ['f01'] });
  const { code } = await h5.shop.handOver();
  assert.ok(code.length <= 32);
  await mini.shop.takeOver(code);
  assert.deepEqual(mini.shop.state.cart.lines,
    h5.shop.state.cart.lines.filter(({ sku }) => sku === 'm01'));
  await assert.rejects(h5.shop.takeOver(code), { code: 'E_NOT_FOUND' });
});

// Root 2, in which the shop has another key for notes; the one before is none of it.
async function withNewKey(first) {
  const { signers } = first.keys;
  const pem = newSigningKey();
  const roots = ['root-1', 'root-2', 'root-3'].map((name) => signers[name]);
  const role = (one) => ({ signers: [one], threshold: 1 });
  await first.run(admin.takeRoot(first.shop, signRoot({ shop: tea.shop, v: 2, expires: now + 1e7,
    roles: { root: { signers: roots, threshold: 2 }, book: role(signers.book),
      online: role(signer(pem)), redeem: role(signers.redeem) } })));
  await first.stop({ keep: true });
  return startTestServer({ book: tea, clock: first.clock, folder: first.folder, onlineKey: pem });
}

test('an order whose answer was lost is believed after the shop has got another key', async (t) => {
  let at = await startTestServer({ book: tea, clock: { now: () => now * 1000 } });
  t.after(() => at.stop());
  const { url } = at;
  const engine = await createEngine({ shop: tea.shop, root: at.root });
  const net = { isLost: false };
  const shop = await createShop({ engine, url, shop: tea.shop, root: at.root,
    host: { kvFor: phoneStorage().kvFor,
      http: { async request(asked) {
        const answer = await fetchHttp.request({ ...asked, url: asked.url.replace(url, at.url) });
        const isOrder = net.isLost && /order.submit/.test(asked.body);
        if (isOrder) throw Object.assign(new Error('lost'), { code: 'E_NETWORK' });
        return answer;
      } },
      random: { bytes: async (n) => crypto.getRandomValues(new Uint8Array(n)) } },
    login: async () => 'stand-in:late' });
  t.after(() => shop.stop());
  await shop.sync();
  await shop.enrol();
  await shop.dispatch(add('m01', 2));
  await shop.setOrder({ fulfilment: 'pickup' });
  await shop.sync();
  net.isLost = true;
  assert.equal((await shop.submit()).state, 'kept');
  at = await withNewKey(at);
  net.isLost = false;
  await shop.sync();
  assert.deepEqual([shop.status.pending, shop.intent, shop.rejected], [0, null, []]);
  assert.deepEqual(shop.state.orders.map(({ state }) => state), ['placed']);
  assert.equal(at.read('SELECT ord FROM ord').length, 1);
});

test('coupons that were picked before the freight was known are remembered for that cart',
  async (t) => {
    const { shop } = await open(t, 'far');
    await shop.dispatch(add('m01', 2));
    await shop.setOrder({ fulfilment: 'delivery' });
    assert.equal(shop.receipt.freight.state, 'unknown');
    const seen = shop.receipt.decision.coupons;
    assert.ok(seen.length > 0);
    await shop.setOrder({ fulfilment: 'delivery', address: { region: '310104', text: '云锦路' } });
    assert.deepEqual([...shop.request.seen_coupons].sort(), [...seen].sort());
    assert.notDeepEqual(shop.receipt.decision.coupons, seen);
    const isSaid = () => shop.receipt.warnings.some(({ code }) => code === 'FREIGHT_KNOWN');
    assert.equal(isSaid(), true);
    await shop.dispatch(add('m01'));
    assert.equal(shop.request.seen_coupons, undefined);
    assert.equal(isSaid(), false);
    assert.equal((await shop.submit()).state, 'accepted');
  });

// From here on the shop is another one after each test.
let { version } = tea;

test('a book that was recalled has no offers from then on, also after a restart', async (t) => {
  const storage = phoneStorage();
  const { shop, net, engine } = await open(t, 'recall', { storage });
  await shop.setOrder({ fulfilment: 'pickup' });
  for (const [sku, n] of [['m06', 4], ['f01', 2], ['b01', 1]]) await shop.dispatch(add(sku, n));
  // Choices name rules, and there will be none.
  await shop.dispatch({ type: 'cart.choose', coupons: { ids: ['recall.w04'] },
    lines: [{ line: 'f01', rule: 'fruit_85' }] });
  await shop.sync();
  const { totals } = shop.receipt;
  assert.ok(totals.saved > 0);
  const goods = totals.list + totals.options + totals.fees;
  net.cut = /\/v1\/book\//;
  version += 1;
  await server.publish({ ...structuredClone(tea), version }, { minVer: version });
  await assert.rejects(shop.sync(), { code: 'E_NETWORK' });
  const isListed = (own) => {
    const { receipt, status, book } = own;
    assert.equal(status.isRevoked, true);
    assert.deepEqual([receipt.totals.payable, receipt.totals.saved], [goods, 0]);
    assert.deepEqual([receipt.activities, book.rules.rules], [[], []]);
  };
  isListed(shop);
  // Nothing is ordered by it: what the shopper wants waits for the next one.
  assert.equal((await shop.submit()).state, 'kept');
  assert.deepEqual(shop.state.orders, []);
  await shop.dropIntent();
  // What pages price beside the cart comes from the same engine.
  assert.deepEqual(engine.quote({ ...shop.request, coupons: [] }).activities, []);
  shop.stop();
  const again = await createShop({ engine, url: server.url, shop: tea.shop, root: server.root,
    host: { kvFor: storage.kvFor, http: { request: async () => {
      throw Object.assign(new Error('down'), { code: 'E_NETWORK' });
    } }, random: { bytes: async (n) => crypto.getRandomValues(new Uint8Array(n)) } } });
  t.after(() => again.stop());
  isListed(again);
  again.stop();
  const { shop: later } = await open(t, 'recall', { storage });
  assert.equal(later.status.isRevoked, false);
  assert.equal(later.receipt.totals.payable, totals.payable);
});

test('a new book is taken over, and a dearer one is asked about', async (t) => {
  const { shop } = await open(t, 'book');
  await shop.dispatch(add('p06', 2));
  await shop.setOrder({ fulfilment: 'pickup' });
  await shop.sync();
  const shown = shop.receipt;
  const dearer = structuredClone(tea);
  version += 1;
  dearer.version = version;
  dearer.catalog.skus.find(({ id }) => id === 'p06').price += 100;
  await server.publish(dearer);
  const answer = await shop.submit({ shown });
  assert.equal(answer.state, 'changed', JSON.stringify([answer, shop.status]));
  assert.ok(answer.after.totals.payable > answer.before.totals.payable);
  assert.equal(shop.status.book.ver, dearer.version);
  const { state, order } = await shop.submit();
  assert.deepEqual([state, order.payable], ['accepted', answer.after.totals.payable]);
});

test('what the next book no longer has falls out of the choices, and the order goes through',
  async (t) => {
    const { shop, engine } = await open(t, 'lost');
    const addOn = { id: 'add_on', kind: 'promotion', stage: 'order', when: { amount_gte: 100 },
      give: { add_on: { options: [{ sku: 'g02', price: 100 }] } } };
    const before = structuredClone(tea);
    before.rules.rules.push(addOn);
    before.version = version += 1;
    await server.publish(before);
    for (const [sku, n] of [['f01', 2], ['f02', 3], ['b06', 4]]) await shop.dispatch(add(sku, n));
    await shop.dispatch({ type: 'cart.choose', coupons: { ids: ['lost.w04'] },
      lines: [{ line: 'f01', rule: 'fruit_85' }, { line: 'f02', rule: 'fruit_second_half' }],
      gifts: [{ rule: 'gift_sticker', sku: 'gift_sticker' }] });
    const use = { add_ons: [{ rule: 'add_on', sku: 'g02' }] };
    await shop.setOrder({ fulfilment: 'pickup', use });
    await shop.sync();
    assert.equal(shop.request.lines.length, 4);
    assert.deepEqual(shop.request.pins, { coupons: ['lost.w04'],
      lines: { f01: 'fruit_85', f02: 'fruit_second_half' },
      gifts: { gift_sticker: 'gift_sticker' } });
    assert.deepEqual(shop.receipt.decision.coupons, ['lost.w04']);

    const after = structuredClone(tea);
    const coupon = shop.state.coupons.find(({ id }) => id === 'lost.w04').rule;
    after.rules.rules = after.rules.rules
      .filter(({ id }) => !['fruit_85', 'gift_sticker', coupon].includes(id));
    after.version = version += 1;
    await server.publish(after);
    const asked = shop.request;
    await shop.sync();
    assert.equal(shop.status.book.ver, after.version);
    assert.throws(() => engine.quote(asked), { code: 'E_REFERENCE' });
    assert.deepEqual(shop.request.pins, { lines: { f02: 'fruit_second_half' } });
    assert.equal(shop.request.lines.length, 3);
    // A set of coupons without one of them is not the set that was chosen: the best is found anew.
    assert.ok(shop.receipt.decision.coupons.length > 0);
    const { payable } = shop.receipt.totals;
    const answer = await shop.submit();
    assert.equal(answer.state, 'accepted', JSON.stringify(answer));
    assert.equal(answer.order.payable, payable);
  });
