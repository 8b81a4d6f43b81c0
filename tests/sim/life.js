// One seeded life of phones, a network and a server, and what must hold in it.
//
// Phones edit carts, claim, order, cancel, pay late and twice, share, redeem codes and hold coupons
// for a till; the network drops, repeats, delays and cuts answers; books are published and recalled
// and roots rotated while all of that is on its way, the clock jumps. Two servers stand on one
// store, each with a connection and caches of its own, and either may answer or be closed and
// opened again: SQLite lets one write at a time, so they take turns by whole commits. A model in
// plain JavaScript applies what the server acknowledged; in the end, under a fair network,
// everything pending is done and model and server agree.
//
// Numbers in failures are those of tests/server/audit.js and: 9 acknowledged results survive, 10
// resending changes nothing, 11 state = replay by the model, 12 equal versions are equal views, 17
// receipts of server and phone are equal, 19 (epoch, ver) never falls on a phone and what is signed
// is by a key of the newest root, 23 one payment, 24 what was taken or given goes back once, 28 the
// phone's clock decides nothing, 29 pending reaches 0.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCart, reduce } from '../../js/shop/cart.js';
import * as admin from '../../js/server/admin.js';
import { engineOf } from '../../js/server/engines.js';
import { enroll } from '../../js/server/enroll.js';
import { isSigned, newSigningKey, signer } from '../../js/server/crypto.js';
import { developmentKeys, openDevelopmentShop } from '../../js/server/development.js';
import { cancelOverdue, takePayment } from '../../js/server/pay.js';
import { lapseCodes, settleCodes } from '../../js/server/redeem.js';
import { signBook, signRoot } from '../../js/server/signing.js';
import { answerSync } from '../../js/server/sync.js';
import { audit, fingerprint } from '../server/audit.js';
import { fromBase64url } from '../../js/sync/base64url.js';
import { j0Text } from '../../js/sync/j0.js';
import { noteMessage, readNote } from '../../js/sync/messages.js';
import { SHOP, testBook } from '../server/book.js';
import { enrol, phoneOf } from '../server/phone.js';
import { randomOf } from './random.js';

const RESTOCKED = { tea: 60, cake: 25, mug: 12 };
const MEMBERS = 3;
const PHONES = 5;
const SERVERS = 2;
const settings = { codesPerSecond: 1, codesBurst: 30, settleWithinS: 900 };

// With what an order brings after it was paid.
const lifeBook = (version, change = () => {}) => testBook(version, (book) => {
  const reward = (id, give) => ({ id, kind: 'promotion', stage: 'reward',
    when: { amount_gte: 5000 }, give });
  book.rules.rules.push(reward('month', { grant_membership: { card: 'plus', days: 30 } }),
    reward('stored', { stored_bonus: { amount: 300 } }));
  change(book);
});

export class Broken extends Error {}

const hold = (condition, what) => {
  if (!condition) throw new Broken(what);
};

// ---- the world ----

async function openWorld(seed) {
  const world = { random: randomOf(seed), nowMs: Date.UTC(2026, 10, 20, 2), servers: [],
    onlineKeys: [],
    folder: mkdtempSync(join(tmpdir(), 'suanpan-sim-')), phones: [], acked: new Map(), late: [],
    orders: [], shares: [], held: [], version: 1, engine: null };
  const quiet = { info() {}, warn() {}, error(what, { error }) { throw new Error(error); } };
  world.clock = () => world.nowMs;
  world.open = async (i) => {
    const onlineKey = world.onlineKeys.at(-1);
    world.servers[i] = await openDevelopmentShop({ folder: world.folder, book: lifeBook(),
      clock: world.clock, log: quiet, settings, jobs: false, ...(onlineKey ? { onlineKey } : {}) });
    world.shop = world.servers[i].shop;
    world.read = (sql, ...values) => world.shop.store.read((tx) => tx.all(sql, ...values));
    world.run = (job) => world.shop.store.transact(job);
  };
  for (let i = 0; i < SERVERS; i++) await world.open(i);
  await stockUp(world);
  await useBook(world);
  for (let i = 0; i < PHONES; i++) world.phones.push(await openPhone(world, `m${i % MEMBERS}`));
  return world;
}

async function stockUp(world) {
  const { shop, run } = world;
  for (const [sku, n] of Object.entries(RESTOCKED)) {
    await run(admin.restock(shop, { sku, n, buckets: 3 }));
  }
  await run(admin.setRuleLeft(shop, { rule: 'hundred', n: 5 }));
  ({ codes: world.codes } = await run(admin.makeCodes(shop,
    { batch: 'life', rule: 'coupon_5', n: 4, perMember: 2 })));
  await run(admin.offerCoupon(shop, { rule: 'coupon_5', quota: 6, perMember: 3, validS: 86400 }));
}

async function useBook(world) {
  const { shop } = world;
  // A server notices what another one took in when it looks, which is every second.
  for (const { shop: other } of world.servers) {
    other.books.refresh();
    await other.engines.ready(other.books.current());
  }
  if (world.engine) world.engine.dispose();
  world.engine = await engineOf(shop.engines.host, SHOP, shop.books.current());
}

// Straight into the server's functions: what lies between is the network of this file.
const shopOf = (world) => world.random.pick(world.servers).shop;
const direct = (world) => async (_, path, body) => (path === '/v1/enroll'
  ? JSON.stringify(await enroll(shopOf(world), JSON.parse(body)))
  : answerSync(shopOf(world), body));

async function openPhone(world, name) {
  const send = direct(world);
  const device = await enrol({ tenant: SHOP, name, send });
  const phone = phoneOf(device, { send, random: world.random.bytes,
    book: () => phone.named || [1, 1],
    // Every phone has a clock of its own, and it says nothing true.
    clock: () => world.nowMs + phone.wrongMs });
  Object.assign(phone, { wrongMs: world.random.below(1e9) - 5e8, outbox: [], name, told: [] });
  learn(world, phone, await phone.sync());
  await world.run(admin.grant(world.shop, phone.member, { entry: `p${world.phones.length}`,
    points: 500, coupons: [{ id: `g${world.phones.length}`, rule: 'coupon_5' }] }));
  return phone;
}

// What phones believe a note by: a signature of an online key of the newest root.
function checkNote(world, purpose, note) {
  const root = world.shop.books.root();
  const { kid, sig, j0 } = readNote(note);
  const isListed = root.roles.online.keys.includes(kid);
  hold(isListed && isSigned(fromBase64url(root.keys[kid]),
    noteMessage(purpose, SHOP, j0), sig), `19: a note (${purpose}) is signed by no online key`);
}

function learn(world, phone, reply) {
  if (reply.err === 'E_REPLAY') phone.count = Math.max(phone.count, reply.count);
  if (reply.recovery) checkNote(world, 'recovery', reply.recovery);
  reply.res.filter(({ note }) => note).forEach(({ note }) => checkNote(world, 'order', note));
  if (reply.book) {
    const [epoch, ver] = phone.named || [0, 0];
    const isBack = reply.book.epoch < epoch || (reply.book.epoch === epoch && reply.book.ver < ver);
    hold(!isBack, `19: ${phone.name} was told of book ${reply.book.ver} after ${ver}`);
    phone.named = [reply.book.epoch, reply.book.ver];
  }
  if (reply.state) {
    const key = `${phone.member}/${reply.state.ver}`;
    const text = JSON.stringify(reply.state);
    world.views ||= new Map();
    hold(!world.views.has(key) || world.views.get(key) === text, `12: two views of ${key}`);
    world.views.set(key, text);
  }
}

// ---- what phones do ----

const skus = ['tea', 'cake', 'mug', 'flash', 'lamp'];

function edit(world, phone) {
  const { random } = world;
  const sku = random.pick(skus);
  const lines = phone.state ? phone.state.cart.lines : [];
  const dice = random.below(10);
  if (dice < 5) return phone.add(sku, 1 + random.below(4));
  if (dice < 6) return phone.add(sku, -(1 + random.below(3)));
  if (dice < 7) {
    return phone.op('cart.set', { line: sku, sku, options: [], n: random.below(6) });
  }
  if (dice < 8 && lines.length > 0) {
    const { line, qty } = random.pick(lines);
    return phone.op('cart.remove', { line, seen: qty });
  }
  if (dice < 9) return phone.op('cart.choose', { points: random.pick([0, 100, 'max']) });
  return phone.op('coupon.claim', { rule: 'coupon_5' });
}

// Shares, coupon codes, and coupons for a till: what there is of them, good and bad.
function token(world, phone) {
  const { random } = world;
  const coupons = phone.state ? phone.state.coupons : [];
  const dice = random.below(8);
  if (dice < 1) return phone.op('share.make', { channel: 'c' });
  if (dice < 3 && world.shares.length > 0) {
    return phone.op('share.open', { share: random.pick(world.shares) });
  }
  if (dice < 5) return phone.op('code.redeem', { code: random.pick([...world.codes, 'none']) });
  if (coupons.length === 0) return edit(world, phone);
  return phone.op('coupon.hold', { coupon: random.pick(coupons).id, store: 's1',
    now: Math.floor(world.nowMs / 1000) });
}

// A till tells of a code that some phone has shown; some tills never do, some do it twice.
async function till(world) {
  const { random } = world;
  if (world.held.length === 0) return;
  const { results: [{ c }] } = await world.run(settleCodes(world.shop, { store: 's1',
    till: random.pick(['t1', 't2']), codes: [random.pick(world.held)] }));
  hold(['ok', 'E_REPLAY', 'E_COUPON'].includes(c), `4: a till heard ${c}`);
}

function order(world, phone) {
  if (!phone.state || phone.state.cart.lines.length === 0) return edit(world, phone);
  return phone.order(world.engine, { now: Math.floor(world.nowMs / 1000) });
}

// The network: 'fine', 'lost' (nobody hears), 'cut' (the server hears, the phone doesn't), 'twice'.
async function exchange(world, phone, fate) {
  const isOrder = phone.outbox.length > 0 && phone.outbox[0].k === 'order.submit';
  const upTo = phone.outbox.findIndex(({ k }) => k === 'order.submit');
  const batch = isOrder ? phone.outbox.slice(0, 1)
    : phone.outbox.slice(0, upTo < 0 ? 8 : Math.min(upTo, 8));
  const sent = { last: phone.last, head: phone.head };
  const { body, nonce } = phone.request(phone.chain(batch));
  if (fate === 'lost') return;
  const answer = await answerSync(shopOf(world), body);
  if (fate === 'twice') {
    const before = fingerprint(world.read);
    hold(await answerSync(shopOf(world), body) === answer, '10: another answer to the same bytes');
    hold(fingerprint(world.read) === before, '10: the same bytes have changed something');
  }
  const reply = phone.open(answer, nonce);
  keepAcked(world, phone, batch, reply, sent);
  if (fate === 'cut') return;
  phone.learn(reply);
  learn(world, phone, reply);
  if (reply.err) return;
  phone.outbox = phone.outbox.slice(reply.res.length);
}

// What the server has answered once is so for ever, heard or not.
function keepAcked(world, phone, batch, reply, { last }) {
  reply.res.forEach(({ dup, ...result }) => {
    const key = `${phone.device.reply.dev}/${result.s}`;
    const text = JSON.stringify(result);
    const known = world.acked.get(key);
    hold(!known || known.text === text, `10: ${key} was answered in two ways`);
    const op = batch[result.s - last - 1];
    world.acked.set(key, { text, phone, op, result });
    if (result.c === 'ok' && !known && op && op.k === 'share.make') {
      world.shares.push(result.token, result.code);
    }
    if (result.c === 'ok' && !known && op && op.k === 'coupon.hold') world.held.push(result.code);
    if (op && op.k === 'order.submit' && result.c === 'ok' && !known) {
      world.orders.push({ ...result, hash: op.q.h, at: op.a.at.now, b: op.b });
      hold(result.payable <= op.q.t, `16: ${result.order} is charged ${result.payable}`);
    }
  });
}

// ---- what the world does ----

async function pay(world) {
  if (world.orders.length === 0) return;
  const { order: ord, cash } = world.random.pick(world.orders);
  const event = `e${world.random.below(40)}.${ord}`;
  await world.run(takePayment(world.shop, { event, order: ord, amount: cash }, world.nowMs));
}

async function publish(world) {
  world.version += 1;
  const { shop, random } = world;
  const nowS = Math.floor(world.nowMs / 1000);
  const keys = developmentKeys(join(world.folder, 'keys'), SHOP, nowS);
  const book = lifeBook(world.version, ({ catalog }) => {
    catalog.skus.forEach((sku) => { sku.price += 100 * (random.below(5) - 2); });
  });
  const file = signBook({ book, epoch: 1, ver: world.version, expires: nowS + 86400 * 30,
    minVer: random.chance(20) ? world.version : 1, signers: [keys.signers.book] });
  await world.run(admin.publish(shop, file));
  await useBook(world);
}

// Root n+1 with a new online key beside the old one; servers take the new one when they restart,
// and the root after that drops the old one if nobody signs with it any more.
async function rotate(world) {
  const nowS = Math.floor(world.nowMs / 1000);
  const keys = developmentKeys(join(world.folder, 'keys'), SHOP, nowS);
  const pem = newSigningKey();
  const inUse = world.servers.map(({ shop }) => shop.online);
  const online = [...new Map([...inUse, signer(pem)].map((one) => [one.kid, one])).values()];
  const roots = ['root-1', 'root-2', 'root-3'].map((name) => keys.signers[name]);
  const file = signRoot({ shop: SHOP, v: world.shop.books.root().v + 1, expires: nowS + 86400 * 365,
    roles: { root: { signers: roots, threshold: 2 },
      book: { signers: [keys.signers.book], threshold: 1 },
      online: { signers: online, threshold: 1 },
      redeem: { signers: [keys.signers.redeem], threshold: 1 } } });
  await world.run(admin.takeRoot(world.shop, file));
  world.onlineKeys.push(pem);
  await useBook(world);
}

async function restart(world) {
  const i = world.random.below(SERVERS);
  await world.servers[i].close();
  await world.open(i);
  await useBook(world);
}

async function cancel(world, phone) {
  const mine = world.orders.filter(({ order: ord }) =>
    world.read('SELECT 1 FROM ord WHERE ord = ? AND member = ?', ord, phone.member).length > 0);
  if (mine.length > 0) {
    phone.outbox.push(phone.op('order.cancel', { order: world.random.pick(mine).order }));
  }
}

async function refund(world) {
  const paid = world.read("SELECT ord, record FROM ord WHERE state = 'paid'");
  if (paid.length === 0) return;
  const { ord, record } = world.random.pick(paid);
  const { id, segments } = world.random.pick(JSON.parse(record).lines);
  const qty = 1 + world.random.below(segments[0].qty);
  const what = { ord, name: `r${world.random.below(4)}`, nowMs: world.nowMs,
    refund: { lines: [{ id, qty }], shipped: world.random.chance(50) } };
  await world.run(admin.refundOrder(world.shop, world.engine, what)).catch((error) => {
    // More than is left of it.
    if (error.code !== 'E_RANGE') throw error;
  });
}

const steps = {
  edit: (world, phone) => { phone.outbox.push(edit(world, phone)); },
  order: (world, phone) => {
    if (phone.outbox.length === 0) phone.outbox.push(order(world, phone));
  },
  cancel,
  send: (world, phone) => exchange(world, phone,
    world.random.pick(['fine', 'fine', 'fine', 'lost', 'cut', 'twice'])),
  pay,
  refund,
  publish,
  restart,
  overdue: (world) => world.run(cancelOverdue(world.shop, world.nowMs)),
  token: (world, phone) => { phone.outbox.push(token(world, phone)); },
  till,
  lapse: (world) => world.run(lapseCodes(world.shop, world.nowMs)),
  rotate,
  // Not beyond what is kept: see the thirty days of results.
  wait: (world) => { world.nowMs += world.random.pick([1, 900, 61000, 400000, 4e6]); },
  clock: (world, phone) => { phone.wrongMs = world.random.below(1e9) - 5e8; },
};
const weights = { edit: 20, order: 25, cancel: 3, send: 60, pay: 8, refund: 3, publish: 1,
  restart: 2, overdue: 3, wait: 5, clock: 2, token: 12, till: 3, lapse: 2, rotate: 1 };
const table = Object.entries(weights).flatMap(([name, n]) => Array(n).fill(name));

// ---- the end ----

// Everything the server has done, applied by the phone's own cart in the server's order.
function modelOf(world, member) {
  const bodies = new Map([...world.acked.values()].map(({ op }) => [op && op.u, op]));
  const rows = world.read('SELECT uid, kind, result, arrived_ms FROM op WHERE member = ? '
    + 'AND uid IS NOT NULL ORDER BY rowid', member);
  return rows.reduce((cart, { uid, kind, result }) => {
    if (JSON.parse(result).c !== 'ok') return cart;
    if (kind === 'order.submit') return { lines: [], choices: {} };
    return kind.startsWith('cart.') ? reduce(cart, bodies.get(uid)) : cart;
  }, emptyCart);
}

function checkEnd(world) {
  const broken = audit(world.read, { restocked: RESTOCKED });
  hold(broken.length === 0, broken.join('; '));
  world.acked.forEach(({ text, result }, key) => {
    const [device, seq] = key.split('/');
    const [row] = world.read('SELECT result FROM op WHERE device = ? AND seq = ?', device,
      Number(seq));
    const { s, ...rest } = result;
    hold(row && j0Text(JSON.parse(row.result)) === j0Text(rest), `9: ${key} was ${text}`);
  });
  // Priced for the same time under the same book, it is the phone's receipt to the byte.
  world.orders.forEach(({ order: ord, hash, at, b: [, ver] }) => {
    const [row] = world.read('SELECT receipt, request, book_ver FROM ord WHERE ord = ?', ord);
    const isSame = JSON.parse(row.request).now === at && row.book_ver === ver;
    hold(!isSame || JSON.parse(row.receipt).hash === hash, `17: ${ord} has another receipt`);
  });
  world.phones.forEach((phone) => {
    hold(phone.outbox.length === 0, `29: ${phone.name} still has something to send`);
    const { lines, choices } = phone.state.cart;
    const model = modelOf(world, phone.member);
    hold(j0Text(model) === j0Text({ lines, choices }), `11: the cart of ${phone.member} is `
      + `${JSON.stringify(lines)}, not ${JSON.stringify(model)}`);
  });
}

async function settle(world) {
  for (let round = 0; round < 3; round++) {
    for (const phone of world.phones) {
      for (let i = 0; phone.outbox.length > 0 && i < 50; i++) await exchange(world, phone, 'fine');
      await exchange(world, phone, 'fine');
    }
  }
}

/**
 * Lives `count` steps of a seed; throws Broken. `skip`: places of steps that are left out, for
 * shrinking. Returns how often each step was taken, with the number of orders.
 */
export async function live(seed, count, skip = new Set()) {
  const world = await openWorld(seed);
  const taken = {};
  try {
    for (let i = 0; i < count; i++) {
      const name = world.random.pick(table);
      const phone = world.random.pick(world.phones);
      if (skip.has(i)) continue;
      taken[name] = (taken[name] || 0) + 1;
      await steps[name](world, phone);
      const broken = audit(world.read, { restocked: RESTOCKED });
      hold(broken.length === 0, `step ${i} (${name}): ${broken.join('; ')}`);
    }
    await settle(world);
    checkEnd(world);
    const codes = {};
    world.acked.forEach(({ op, result }) => {
      const kind = op && op.k.startsWith('cart.') ? 'cart' : op && op.k;
      codes[`${kind} ${result.c}`] = (codes[`${kind} ${result.c}`] || 0) + 1;
    });
    return { ...taken, orders: world.orders.length, acked: world.acked.size, ...codes };
  } finally {
    world.engine.dispose();
    for (const server of world.servers) await server.close();
    rmSync(world.folder, { recursive: true, force: true });
  }
}

/** The shortest list of steps found by leaving out halves, quarters, … of a failing life. */
export async function shrink(seed, count, tries = 40) {
  let skip = new Set();
  let left = tries;
  for (let size = Math.ceil(count / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
    for (let from = 0; from < count && left > 0; from += size) {
      const more = new Set([...skip, ...Array.from({ length: size }, (_, i) => from + i)]);
      left -= 1;
      const fails = await live(seed, count, more).then(() => false,
        (error) => error instanceof Broken);
      if (fails) skip = more;
    }
  }
  return Array.from({ length: count }, (_, i) => i).filter((i) => !skip.has(i));
}
