// One seeded life of phones, a network and a server, and what must hold in it.
//
// Phones edit carts, claim, order, cancel, pay late and twice; the network drops, repeats, delays
// and cuts answers; the server is closed and opened again on its file, books are published and
// recalled, the clock jumps. A model in plain JavaScript applies what the server acknowledged; in
// the end, under a fair network, everything pending is done and model and server agree.
//
// Numbers in failures are those of tests/server/audit.js and: 9 acknowledged results survive, 10
// resending changes nothing, 11 state = replay by the model, 12 equal versions are equal views, 17
// receipts of server and phone are equal, 23 one payment, 24 what was taken goes back once, 28 the
// phone's clock decides nothing, 29 pending reaches 0.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCart, reduce } from '../../js/shop/cart.js';
import * as admin from '../../js/server/admin.js';
import { engineOf } from '../../js/server/engines.js';
import { enroll } from '../../js/server/enroll.js';
import { developmentKeys, openDevelopmentShop } from '../../js/server/development.js';
import { cancelOverdue, takePayment } from '../../js/server/pay.js';
import { signBook } from '../../js/server/signing.js';
import { answerSync } from '../../js/server/sync.js';
import { audit, fingerprint } from '../server/audit.js';
import { j0Text } from '../../js/sync/j0.js';
import { SHOP, testBook } from '../server/book.js';
import { enrol, phoneOf } from '../server/phone.js';
import { randomOf } from './random.js';

const RESTOCKED = { tea: 60, cake: 25, mug: 12 };
const MEMBERS = 3;
const PHONES = 5;

export class Broken extends Error {}

const hold = (condition, what) => {
  if (!condition) throw new Broken(what);
};

// ---- the world ----

async function openWorld(seed) {
  const world = { random: randomOf(seed), nowMs: Date.UTC(2026, 10, 20, 2), server: null,
    folder: mkdtempSync(join(tmpdir(), 'suanpan-sim-')), phones: [], acked: new Map(), late: [],
    orders: [], version: 1, engine: null };
  const quiet = { info() {}, warn() {}, error(what, { error }) { throw new Error(error); } };
  world.clock = () => world.nowMs;
  world.open = async () => {
    world.server = await openDevelopmentShop({ folder: world.folder, book: testBook(),
      clock: world.clock, log: quiet });
    world.shop = world.server.shop;
    world.read = (sql, ...values) => world.shop.store.read((tx) => tx.all(sql, ...values));
    world.run = (job) => world.shop.store.transact(job);
  };
  await world.open();
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
  await run(admin.offerCoupon(shop, { rule: 'coupon_5', quota: 6, perMember: 3, validS: 86400 }));
}

async function useBook(world) {
  const { shop } = world;
  shop.books.refresh();
  if (world.engine) world.engine.dispose();
  world.engine = await engineOf(shop.engines.host, SHOP, shop.books.current());
}

// Straight into the server's functions: what lies between is the network of this file.
const direct = (world) => async (_, path, body) => (path === '/v1/enroll'
  ? JSON.stringify(await enroll(world.shop, JSON.parse(body)))
  : answerSync(world.shop, body));

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

function learn(world, phone, reply) {
  if (reply.err === 'E_REPLAY') phone.count = Math.max(phone.count, reply.count);
  if (reply.book) phone.named = [reply.book.epoch, reply.book.ver];
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
  const answer = await answerSync(world.shop, body);
  if (fate === 'twice') {
    const before = fingerprint(world.read);
    hold(await answerSync(world.shop, body) === answer, '10: another answer to the same bytes');
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
  const book = testBook(world.version, ({ catalog }) => {
    catalog.skus.forEach((sku) => { sku.price += 100 * (random.below(5) - 2); });
  });
  const file = signBook({ book, epoch: 1, ver: world.version, expires: nowS + 86400 * 30,
    minVer: random.chance(20) ? world.version : 1, signers: [keys.signers.book] });
  await world.run(admin.publish(shop, file));
  await useBook(world);
}

async function restart(world) {
  await world.server.close();
  await world.open();
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
  // Not beyond what is kept: see the thirty days of results.
  wait: (world) => { world.nowMs += world.random.pick([1, 900, 61000, 400000, 4e6]); },
  clock: (world, phone) => { phone.wrongMs = world.random.below(1e9) - 5e8; },
};
const weights = { edit: 20, order: 25, cancel: 3, send: 60, pay: 8, refund: 3, publish: 1,
  restart: 1, overdue: 3, wait: 5, clock: 2 };
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
    await world.server.close();
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
