// Random lives of phones, their storage, network and server, against the model: a seed decides what
// happens when, and the invariants of the design are asked after every step and at the end.
//
// Besides what the network does: a program that dies between two writes or in the middle of one (a
// torn tail), storage that is put back to what it once was, storage that is wiped, clocks that
// jump, books that are published and recalled and roots that are rotated while phones are at work.
//
//   node --test tests/shop/schedules.test.js                 seeds 1 to 60
//   SUANPAN_SEED=123 node --test tests/shop/schedules.test.js  that one alone
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterOrder, emptyCart, isCartOp, reduce } from '../../js/shop/cart.js';
import { quantities, randomOf, world } from './world.js';

const STEPS = 60;
const SEEDS = process.env.SUANPAN_SEED ? [Number(process.env.SUANPAN_SEED)]
  : Array.from({ length: 60 }, (_, i) => i + 1);
const SKUS = ['tea', 'milk', 'cake'];

const pick = (random, list) => list[Math.floor(random() * list.length)];
const quiet = () => {};

// What one shopper asked for and where it went: each operation ends in exactly one place.
function ledger(own) {
  const asked = new Map();
  // What a phone kept and then lost with its storage: it may have been sent before, or never.
  const lost = new Set();
  return {
    asked, lost,
    async dispatch(event) {
      try {
        asked.set(await own.shop.dispatch(event), event);
      } catch (error) {
        if (!['E_QUOTA', 'E_LIMIT'].includes(error.code)) throw error;
      }
    },
  };
}

function eventOf(random) {
  const sku = pick(random, SKUS);
  const kind = random();
  if (kind < 0.6) return { type: 'cart.add', sku, n: 1 + Math.floor(random() * 3) };
  if (kind < 0.75) return { type: 'cart.add', sku, n: -1 };
  if (kind < 0.85) return { type: 'cart.set', sku, n: Math.floor(random() * 5) };
  if (kind < 0.95) return { type: 'cart.remove', line: sku, seen: 1 + Math.floor(random() * 3) };
  return { type: 'cart.choose', skip: random() < 0.5 ? [sku] : [] };
}

const faults = ['drop', 'dropReply', 'duplicate', 'delay', 'cut'];

// The storage becomes what it was (a backup of the phone, or nothing at all), and the floor below
// which the book may not fall is gone with it.
async function putBack(own, book, floor, saved) {
  await own.crash();
  own.storage.put(saved);
  [...book.asked.keys()].forEach((u) => book.lost.add(u));
  Object.assign(floor, { epoch: 0, ver: 0 });
  await own.start();
}

async function disaster(made, own, book, floor, random) {
  const what = random();
  const { server } = made;
  if (what < 0.3) {
    // Nobody is told that it is kept, so nobody misses it.
    const event = eventOf(random);
    await own.crash(() => { own.shop.dispatch(event).catch(quiet); });
    await own.start();
  } else if (what < 0.45) own.saved = own.storage.copy();
  else if (what < 0.6 && own.saved) await putBack(own, book, floor, own.saved);
  else if (what < 0.66) {
    await putBack(own, book, floor, new Map());
    await Promise.race([own.shop.enrol().catch(quiet), made.clock.pass(500)]);
  } else if (what < 0.78) server.rotate(pick(random, [['book'], ['online'], ['book', 'online']]));
  else {
    const next = server.use(server.publishNext({ tea: Math.floor(random() * 2000) }));
    server.rules.minVer = random() < 0.5 ? next.ver : 1;
  }
}

async function act(made, own, { book, floor }, random) {
  const { net, storage, shop } = own;
  if (random() < 0.08) {
    await disaster(made, own, book, floor, random);
    return;
  }
  const what = random();
  if (what < 0.5) await book.dispatch(eventOf(random));
  else if (what < 0.6) net.chance[pick(random, faults)] = random() < 0.5 ? 0 : random() * 0.6;
  else if (what < 0.65) net.isDown = !net.isDown;
  else if (what < 0.75) {
    await own.crash();
    await own.start();
  } else if (what < 0.79) shop.sync().catch(quiet);
  else if (what < 0.83) {
    storage.faults.full = true;
    await book.dispatch(eventOf(random));
    storage.faults.full = false;
  } else if (what < 0.87) own.skewMs += Math.floor((random() - 0.5) * 7 * 86_400_000);
  else if (what < 0.9) {
    made.server.use(made.server.publishNext({ tea: Math.floor(random() * 2000) }));
    made.server.rules.minVer = 1;
  }
  if (what < 0.9) return;
  if (what < 0.93) await Promise.race([shop.submit().catch(quiet), made.clock.pass(500)]);
  else await made.clock.pass(Math.floor(random() * 90_000));
}

// 13: the view is the pending operations replayed over the server's last view.
// 19: epoch and version never fall. 20: no promise after fresh_until.
function check(made, own, floor) {
  const { shop } = own;
  const { book, isFresh, freshUntil } = shop.status;
  if (book) {
    const isBack = book.epoch < floor.epoch
      || (book.epoch === floor.epoch && book.ver < floor.ver);
    assert.ok(!isBack, `19: book ${book.epoch}.${book.ver} after ${floor.epoch}.${floor.ver}`);
    Object.assign(floor, { epoch: book.epoch, ver: book.ver });
  }
  if (isFresh) assert.ok(shop.now() < freshUntil, '20: a promise after its end');
  shop.state.cart.lines.forEach(({ qty }) => assert.ok(qty >= 1));
}

// 11: the server's cart is the replay of what it applied, by the reducer alone.
function replay(made, member) {
  return made.server.log.applied.filter((one) => one.member === member).reduce((cart, { k, a }) =>
    (isCartOp(k) ? reduce(cart, { k, a }) : afterOrder(cart)), emptyCart);
}

async function calm(made, phones) {
  for (const own of phones) {
    own.net.chance = {};
    own.net.isDown = false;
    own.skewMs = 0;
  }
  made.server.use(made.server.publishNext({ tea: 1000 }));
  // A copy may be found out only by what it sends.
  for (let round = 0; round < 3; round++) {
    await made.clock.pass(600_000);
    for (const { shop } of phones) {
      if (shop.status.member === null || shop.status.needsEnrolment) await shop.enrol();
    }
  }
  await made.clock.pass(600_000);
}

export async function live(seed, { steps = STEPS, tamper = quiet } = {}) {
  const random = randomOf(seed);
  const made = world(seed);
  tamper(made);
  const phones = [made.phone(), made.phone()];
  for (const own of phones) {
    await own.start();
    await made.clock.pass(1000);
    await own.shop.enrol();
    await made.clock.pass(1000);
  }
  const books = phones.map(ledger);
  const floors = phones.map(() => ({ epoch: 0, ver: 0 }));
  for (let step = 0; step < steps; step++) {
    const who = Math.floor(random() * phones.length);
    await act(made, phones[who], { book: books[who], floor: floors[who] }, random);
    phones.forEach((own, i) => check(made, own, floors[i]));
  }
  await calm(made, phones);

  const applied = made.server.log.applied.map(({ u }) => u);
  const refused = new Set(made.server.log.refused.map(({ u }) => u));
  // 6: a uid has at most one effect.
  assert.equal(new Set(applied).size, applied.length, 'a uid had two effects');
  phones.forEach((own, i) => {
    const { shop } = own;
    // 29: everything was sent under a fair network. 12: equal versions, equal views.
    assert.equal(shop.status.pending, 0, 'something never left the phone');
    assert.deepEqual(shop.state, made.server.viewOf('ann'));
    // 15: each operation that was kept has been applied or refused, and a refusal is in the tray.
    for (const u of books[i].asked.keys()) {
      const isApplied = applied.includes(u);
      const isLost = books[i].lost.has(u);
      assert.ok(!(isApplied && refused.has(u)), `${u} was both`);
      assert.ok(isApplied || refused.has(u) || isLost, `${u} was neither`);
      if (!isLost) assert.equal(shop.rejected.some((one) => one.u === u), refused.has(u));
    }
  });
  assert.deepEqual(made.server.cartOf('ann'), replay(made, 'ann'));
  return made;
}

test('phones, network and server in random order keep every invariant', async (t) => {
  for (const seed of SEEDS) {
    try {
      await live(seed);
    } catch (error) {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    }
  }
  t.diagnostic(`${SEEDS.length} lives of ${STEPS} steps, seeds ${SEEDS[0]} to ${SEEDS.at(-1)}`);
});

test('14: sync in several steps is sync in one', async () => {
  const carts = [];
  for (const every of [1, 3, 100]) {
    const made = world(7);
    const random = randomOf(7);
    const own = made.phone();
    await own.start();
    await own.shop.enrol();
    await made.clock.pass(1000);
    for (let i = 0; i < 90; i++) {
      await own.shop.dispatch(eventOf(random));
      if (i % every === 0) await made.clock.pass(1000);
    }
    await made.clock.pass(5000);
    carts.push(made.server.cartOf('ann'));
  }
  assert.deepEqual(carts[1], carts[0]);
  assert.deepEqual(carts[2], carts[0]);
});

test('25: adds of several phones come to the same in whatever order they arrive', async () => {
  const results = [];
  for (const seed of [1, 2, 3, 4]) {
    const made = world(seed);
    const phones = [made.phone(), made.phone(), made.phone()];
    for (const own of phones) {
      await own.start();
      await own.shop.enrol();
    }
    await made.clock.pass(1000);
    for (const [i, own] of phones.entries()) {
      own.net.isDown = true;
      for (const sku of SKUS) await own.shop.dispatch({ type: 'cart.add', sku, n: i + 1 });
    }
    const order = phones.map((own) => [made.random(), own]).sort(([a], [b]) => a - b);
    for (const [, own] of order) {
      own.net.isDown = false;
      await made.clock.pass(5000);
    }
    await made.clock.pass(120_000);
    results.push(quantities(made.server.cartOf('ann')));
    phones.forEach(({ shop }) => assert.deepEqual(shop.state, made.server.viewOf('ann')));
  }
  results.forEach((one) => assert.deepEqual(one, { cake: 6, milk: 6, tea: 6 }));
});

test('27: what was signed for one shop or device is good for no other', async () => {
  const made = world(3);
  const other = world(4);
  const own = made.phone();
  await own.start();
  await own.shop.enrol();
  await own.shop.dispatch({ type: 'cart.add', sku: 'tea', n: 1 });
  await made.clock.pass(1000);
  const { asked } = own.net.log.filter(({ asked: { url } }) => url.endsWith('/v1/sync')).pop();
  assert.equal(other.server.handle(asked).status, 401);
  // And a captured request reads the member's state no more.
  const again = made.server.handle({ ...asked });
  await own.shop.dispatch({ type: 'cart.add', sku: 'milk', n: 1 });
  await made.clock.pass(1000);
  assert.equal(again.status, 200);
  assert.match(made.server.handle({ ...asked }).body, /E_REPLAY/);
  assert.doesNotMatch(made.server.handle({ ...asked }).body, /"lines"/);
});
