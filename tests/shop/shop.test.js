// What a page may rely on, one property a test, against the model of the server.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SuanpanError } from 'suanpan/node';
import { createLink } from '../../js/shop/link.js';
import { openSession } from '../../js/shop/session.js';
import { readJ0 } from '../../js/sync/j0.js';
import { phoneStorage, quantities, world } from './world.js';

const add = (sku, n = 1) => ({ type: 'cart.add', sku, n });
const MINUTE = 60_000;

async function enrolled(made, more) {
  const own = made.phone(more);
  await own.start();
  await made.clock.pass(1000);
  await own.shop.enrol();
  await made.clock.pass(1000);
  return own;
}

const inTray = ({ shop }) => shop.rejected.map(({ code }) => code);

describe('taps', () => {
  test('a page hears of a tap before it is written, which takes slow phones a while', async () => {
    const own = await enrolled(world());
    const seen = [];
    const { sync } = own.engine;
    const { sealRecord } = sync;
    sync.sealRecord = (record) => {
      seen.push('sealed');
      return sealRecord(record);
    };
    own.shop.subscribe(() => seen.push('heard'));
    await own.shop.dispatch(add('tea'));
    assert.deepEqual(seen.slice(0, 2), ['heard', 'sealed']);
  });

  test('a tap is on the screen at once and at the server a little later', async () => {
    const made = world();
    const own = await enrolled(made);
    const kept = own.shop.dispatch(add('tea', 2));
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 2 });
    assert.equal(own.shop.receipt.totals.payable, 2000);
    await kept;
    assert.equal(own.shop.status.pending, 1);
    await made.clock.pass(1000);
    assert.equal(own.shop.status.pending, 0);
    assert.deepEqual(own.shop.state, made.server.viewOf('ann'));
  });

  test('many taps in one tick are one quote and one request', async () => {
    const made = world();
    const own = await enrolled(made);
    own.shop.subscribe(() => own.shop.receipt);
    await made.clock.settle();
    const [quotes, requests] = [own.engine.quotes, own.net.log.length];
    for (let i = 0; i < 20; i++) own.shop.dispatch(add('tea'));
    await Promise.resolve().then(() => {});
    assert.equal(own.engine.quotes, quotes + 1);
    await made.clock.pass(1000);
    assert.equal(own.net.log.length, requests + 1);
    assert.equal(made.server.cartOf('ann').lines[0].qty, 20);
    // What the server said of it leaves the cart as it was.
    assert.equal(own.engine.quotes, quotes + 1);
    assert.equal(own.shop.request, own.shop.request);
    await own.shop.setOrder({ payer: 'company' });
    assert.equal(own.shop.request.payer, 'company');
    await made.clock.pass(60000);
    assert.ok(own.shop.receipt);
    assert.equal(own.engine.quotes, quotes + 3);
  });

  test('the totals come before the receipt, without its hash, and are not asked for behind it',
    async () => {
      const made = world();
      const own = await enrolled(made);
      const asked = [];
      const { quote } = own.engine;
      own.engine.quote = (request) => {
        asked.push([request.detail, request.hash]);
        return quote(request);
      };
      own.shop.dispatch(add('tea'));
      const { totals, hash } = own.shop.quickReceipt;
      assert.equal(hash, undefined);
      assert.deepEqual(own.shop.receipt.totals, totals);
      assert.ok(own.shop.receipt.hash);
      assert.equal(own.shop.quickReceipt, own.shop.receipt);
      assert.equal(own.shop.request.hash, undefined);
      assert.deepEqual(asked, [['totals', false], ['full', undefined]]);
      await made.clock.pass(1000);
      assert.equal(own.shop.quickReceipt, own.shop.receipt);
      assert.equal(asked.length, 2);
      own.engine.quote = () => { throw new SuanpanError('E_REVIVING'); };
      own.shop.dispatch(add('tea'));
      assert.equal(own.shop.quickReceipt, null);
      own.engine.quote = quote;
      await made.clock.pass(1000);
      assert.equal(own.shop.quickReceipt.totals.payable, 2 * totals.payable);
    });

  test('without a book there are no totals', async () => {
    const made = world();
    const own = made.phone();
    own.net.isDown = true;
    await own.start();
    assert.equal(own.shop.quickReceipt, null);
  });

  test('a tap while a new book is on its way is sent soon after, not with the next poll',
    async () => {
      const made = world();
      const own = await enrolled(made);
      made.server.use(made.server.publish({ tea: 900 }));
      let tapped = null;
      own.net.lose = ({ url }) => {
        if (/\/v1\/book\//.test(url)) tapped = tapped || own.shop.dispatch(add('tea'));
        return null;
      };
      await own.shop.sync();
      await tapped;
      await made.clock.pass(1000);
      assert.equal(own.shop.status.pending, 0);
      assert.equal(made.server.cartOf('ann').lines[0].qty, 1);
    });

  test('what is no operation is refused by name and changes nothing', async () => {
    const own = await enrolled(world());
    const before = own.shop.state;
    await assert.rejects(own.shop.dispatch({ type: 'cart.add', sku: 'tea', n: 0 }),
      { code: 'E_ARGS', path: '/n' });
    await assert.rejects(own.shop.dispatch({ type: 'cart.add', sku: 'tea', n: 1.5 }),
      { code: 'E_ARGS' });
    await assert.rejects(own.shop.dispatch({ type: 'cart.sell' }), { code: 'E_ARGS' });
    await assert.rejects(own.shop.dispatch({ type: 'cart.choose',
      lines: Array.from({ length: 120 }, (_, i) => ({ line: `a-rather-long-line-key-${i}`,
        rule: 'a-rather-long-rule-id' })) }), { code: 'E_LIMIT' });
    assert.deepEqual(own.shop.state, before);
    assert.equal(own.shop.status.pending, 0);
  });

  test('an operation the server refuses goes to the tray and stays until it is dismissed',
    async () => {
      const made = world();
      const own = await enrolled(made);
      made.server.rules.refuse = ({ a }) => (a.sku === 'cake' ? 'E_STOCK' : null);
      await own.shop.dispatch(add('tea'));
      await own.shop.dispatch(add('cake'));
      await own.shop.dispatch(add('milk'));
      await made.clock.pass(1000);
      assert.deepEqual(inTray(own), ['E_STOCK']);
      assert.deepEqual(quantities(own.shop.state.cart), { milk: 1, tea: 1 });
      own.stop();
      await own.start();
      assert.deepEqual(inTray(own), ['E_STOCK']);
      await own.shop.dismiss(own.shop.rejected[0].u);
      own.stop();
      await own.start();
      assert.deepEqual(inTray(own), []);
    });

  test('a quantity that the server lowers is a conflict of that line', async () => {
    const made = world();
    const own = await enrolled(made);
    made.server.rules.limit = (sku) => (sku === 'tea' ? 2 : 0);
    await own.shop.dispatch(add('tea', 5));
    await own.shop.dispatch(add('milk', 5));
    await made.clock.pass(1000);
    assert.deepEqual(own.shop.conflicts, [{ line: 'tea', from: 5, to: 2 }]);
    await own.shop.dispatch(add('tea', -1));
    assert.deepEqual(own.shop.conflicts, []);
  });
});

describe('storage', () => {
  test('a reload keeps every operation, with and without a network', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.isDown = true;
    await own.shop.dispatch(add('tea', 2));
    await own.shop.setOrder({ fulfilment: 'pickup' });
    await own.crash();
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 2 });
    assert.equal(own.shop.order.fulfilment, 'pickup');
    assert.equal(own.shop.status.member, 'ann');
    assert.equal(own.shop.receipt.totals.payable, 2000);
    own.net.isDown = false;
    await made.clock.pass(5000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 2 });
  });

  test('a full store refuses the new operation and loses nothing', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.isDown = true;
    await own.shop.dispatch(add('tea', 2));
    own.storage.faults.full = true;
    const refused = own.shop.dispatch(add('milk'));
    assert.deepEqual(quantities(own.shop.state.cart), { milk: 1, tea: 2 });
    await assert.rejects(refused, { code: 'E_QUOTA' });
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 2 });
    // Sending frees what it needs: the request numbers are kept in blocks.
    own.net.isDown = false;
    await made.clock.pass(5000);
    assert.equal(own.shop.status.pending, 0);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 2 });
    own.storage.faults.full = false;
    await own.shop.dispatch(add('milk'));
    await made.clock.pass(1000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 2 });
  });

  test('what is said of an order and can not be kept is taken back', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.setOrder({ fulfilment: 'pickup' });
    own.storage.faults.full = true;
    const saying = [{ fulfilment: 'delivery' }, { store: 's1' }].map((more) =>
      own.shop.setOrder(more));
    assert.deepEqual(own.shop.order, { fulfilment: 'delivery', store: 's1' });
    for (const told of saying) await assert.rejects(told, { code: 'E_QUOTA' });
    assert.deepEqual(own.shop.order, { fulfilment: 'pickup' });
    await own.shop.dispatch(add('tea')).catch(() => {});
    await assert.rejects(own.shop.submit({ shown: { submit: { ok: true },
      totals: { payable: 0 } } }), { code: 'E_QUOTA' });
    assert.equal(own.shop.intent, null);
    own.storage.faults.full = false;
    await own.shop.setOrder({ store: 's2' });
    await own.crash();
    await own.start();
    assert.deepEqual(own.shop.order, { fulfilment: 'pickup', store: 's2' });
  });

  test('a torn log ends at the tear, and what comes after it is whole again', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.isDown = true;
    await own.shop.dispatch(add('tea'));
    own.storage.faults.tear = true;
    await own.shop.dispatch(add('milk'));
    own.storage.faults.tear = false;
    // Behind the tear: it is lost with what was torn, and must not come back later.
    await own.shop.dispatch(add('milk'));
    await own.crash();
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 1 });
    await own.shop.dispatch(add('cake'));
    await own.crash();
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart), { cake: 1, tea: 1 });
    own.net.isDown = false;
    await made.clock.pass(5000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { cake: 1, tea: 1 });
  });

  test('a torn snapshot gives way to the older one and loses no operation', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(1000);
    own.net.isDown = true;
    await own.shop.dispatch(add('milk'));
    own.stop();
    const names = [...own.storage.values.keys()].filter((key) => /"ann"\]snapshot/.test(key));
    const genOf = (key) => JSON.parse(own.storage.values.get(key).split('\n')[1]).gen;
    const [newest] = names.sort((a, b) => genOf(b) - genOf(a));
    own.storage.values.set(newest, own.storage.values.get(newest).slice(0, 90));
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart).milk, 1);
    own.net.isDown = false;
    await made.clock.pass(10_000);
    assert.deepEqual(own.shop.state, made.server.viewOf('ann'));
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 1 });
  });

  test('an altered record is as if it were not there', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(1000);
    own.net.isDown = true;
    await own.shop.dispatch(add('milk'));
    own.stop();
    [...own.storage.values.keys()].filter((key) => /"ann"\]log/.test(key)).forEach((key) =>
      own.storage.values.set(key, own.storage.values.get(key).replace('milk', 'cake')));
    await own.start();
    assert.equal(quantities(own.shop.state.cart).cake, undefined);
  });

  test('everything lost: enrol, pull, and the cart is there', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea', 3));
    await made.clock.pass(1000);
    own.stop();
    own.storage.put(new Map());
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart), {});
    await own.shop.enrol();
    await made.clock.pass(1000);
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 3 });
  });

  test('a visitor keeps a cart, which is signed at enrolment under the same uids', async () => {
    const made = world();
    const own = made.phone();
    await own.start();
    await own.shop.dispatch(add('tea', 2));
    const uid = await own.shop.dispatch(add('milk'));
    await own.crash();
    await own.start();
    assert.deepEqual(quantities(own.shop.state.cart), { milk: 1, tea: 2 });
    await made.clock.pass(1000);
    await own.shop.enrol();
    await made.clock.pass(1000);
    assert.ok(made.server.log.applied.some(({ u }) => u === uid));
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 2 });
    await own.shop.leave();
    assert.deepEqual(quantities(own.shop.state.cart), {});
  });

  test('what a visitor says while keys are made is kept for the member', async () => {
    const made = world();
    const own = made.phone();
    await own.start();
    await own.shop.setOrder({ early: true });
    const enrolling = own.shop.enrol();
    own.shop.setOrder({ early: null });
    for (let turn = 0; own.shop.status.member === null && turn < 500; turn++) {
      own.shop.setOrder({ [`turn_${turn}`]: true });
      await Promise.resolve();
    }
    await enrolling;
    await made.clock.settle();
    const said = Object.keys(own.shop.order);
    assert.ok(said.length > 20, 'there was time to say something');
    assert.deepEqual(said, said.map((_, turn) => `turn_${turn}`));
    await own.crash();
    await own.start();
    assert.deepEqual(Object.keys(own.shop.order), said);
  });

  test('what one member did never goes out under another', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.isDown = true;
    await own.shop.dispatch(add('tea', 2));
    await own.shop.leave();
    await own.shop.dispatch(add('milk'));
    own.net.isDown = false;
    own.member = 'bob';
    await own.shop.enrol();
    await made.clock.pass(5000);
    assert.deepEqual(quantities(made.server.cartOf('bob')), { milk: 1 });
    assert.deepEqual(quantities(made.server.cartOf('ann')), {});
    await own.shop.leave();
    own.member = 'ann';
    await own.shop.enrol();
    await made.clock.pass(5000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 2 });
    assert.deepEqual(quantities(made.server.cartOf('bob')), { milk: 1 });
  });

  test('a crash at any write of an enrolment loses nothing', async () => {
    for (let writes = 0; writes < 14; writes++) {
      const made = world(writes);
      const own = made.phone();
      await own.start();
      await own.shop.dispatch(add('tea', 2));
      await made.clock.pass(1000);
      own.storage.faults.dieAfter = own.storage.faults.writes + writes;
      own.shop.enrol().catch(() => {});
      await made.clock.pass(10_000);
      await own.crash();
      await own.start();
      assert.equal(quantities(own.shop.state.cart).tea, 2, `after ${writes} writes`);
      await made.clock.pass(1000);
      await own.shop.enrol();
      await made.clock.pass(2000);
      assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 2 }, `after ${writes} writes`);
    }
  });
});

describe('the chain', () => {
  test('a reply that was lost is asked for again and nothing happens twice', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.chance.dropReply = 1;
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(5000);
    assert.equal(own.shop.status.pending, 1);
    own.net.chance.dropReply = 0;
    await made.clock.pass(60_000);
    assert.equal(own.shop.status.pending, 0);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
  });

  test('a phone put back in time chains anew (E_FORK) and does nothing twice', async () => {
    const made = world();
    const own = await enrolled(made);
    own.stop();
    const saved = own.storage.copy();
    await own.start();
    await own.shop.dispatch(add('tea', 2));
    await made.clock.pass(1000);
    own.stop();
    own.storage.put(saved);
    await own.start();
    await own.shop.dispatch(add('milk'));
    await made.clock.pass(120_000);
    assert.equal(own.shop.status.pending, 0);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 2 });
    assert.deepEqual(own.shop.state, made.server.viewOf('ann'));
  });

  test('two copies of one phone never gain anything, and end by enrolling anew', async () => {
    const made = world();
    const own = await enrolled(made);
    own.stop();
    const twin = made.phone({ storage: phoneStorage() });
    twin.storage.put(own.storage.copy());
    await own.start();
    await twin.start();
    for (let i = 0; i < 8; i++) {
      await own.shop.dispatch(add('tea')).catch(() => {});
      await twin.shop.dispatch(add('milk')).catch(() => {});
      await made.clock.pass(90_000);
    }
    for (const each of [own, twin]) {
      if (each.shop.status.needsEnrolment) await each.shop.enrol();
    }
    await made.clock.pass(200_000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 8, tea: 8 });
  });

  test('a server restored from a backup gets back what the phones still hold', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(1000);
    const saved = made.server.backup();
    await own.shop.dispatch(add('milk', 3));
    await made.clock.pass(1000);
    made.server.restore(saved);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(120_000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 3, tea: 2 });
    assert.deepEqual(own.shop.state, made.server.viewOf('ann'));
  });

  test('after a restore a view is another one, whatever its number', async () => {
    const made = world();
    const [lost, quiet, other] = [await enrolled(made), await enrolled(made), await enrolled(made)];
    const saved = made.server.backup();
    await lost.shop.dispatch(add('tea', 2));
    await made.clock.pass(120_000);
    assert.deepEqual(quantities(quiet.shop.state.cart), { tea: 2 });
    [lost, other].forEach(({ shop }) => shop.stop());
    made.server.restore(saved);
    await other.shop.dispatch(add('cake'));
    await other.shop.sync();
    await quiet.shop.sync();
    assert.deepEqual(quiet.shop.state, made.server.viewOf('ann'));
    assert.deepEqual(quantities(quiet.shop.state.cart), { cake: 1 });
    // Once: what is known then is not asked for again.
    const before = quiet.net.log.length;
    await quiet.shop.sync();
    assert.equal(quiet.net.log.length, before + 1);
  });

  test('a page that fails at what it is told ends no exchange for good', async () => {
    const session = await openSession({ kv: phoneStorage().kvFor(['shop']), device: null });
    let fails = true;
    const head = async () => ({ time: 5, fresh_until: 6, min_ver: 1 });
    const link = createLink({ session: () => session, isWriter: () => true,
      books: { head, heed: async () => false, follow: async () => false },
      tell() { if (fails) throw new Error('a page'); },
      host: { random: { bytes: async () => [0] } },
      clock: { now: () => 0, after: () => () => {} } });
    await assert.rejects(link.run(), /a page/);
    fails = false;
    await link.run();
    assert.deepEqual([session.data.time, link.state.isSyncing], [5, false]);
  });

  test('a phone that is one too many asks for a new login, and says why', async () => {
    const made = world();
    const own = await enrolled(made);
    own.net.alter = () => ({ status: 409, body: JSON.stringify({ code: 'E_DEVICES' }) });
    await own.shop.dispatch(add('tea'));
    await assert.rejects(own.shop.sync(), { code: 'E_DEVICES' });
    const { needsEnrolment, error, pending } = own.shop.status;
    assert.deepEqual([needsEnrolment, error, pending], [true, 'E_DEVICES', 1]);
    own.net.alter = null;
    await own.shop.sync();
    assert.deepEqual([own.shop.status.needsEnrolment, own.shop.status.pending], [false, 0]);
  });

  test('request numbers rise over crashes and are kept before they are used', async () => {
    const made = world();
    const own = await enrolled(made);
    // No answer comes, so nothing but the number itself can have been kept after it was used.
    own.net.lose = ({ url }) => (url.endsWith('/v1/sync') ? 'reply' : null);
    for (let i = 0; i < 5; i++) {
      await own.shop.dispatch(add('tea'));
      await made.clock.pass(400);
      await own.crash();
      await own.start();
    }
    await made.clock.pass(1000);
    const counts = own.net.log.filter(({ asked }) => asked.url.endsWith('/v1/sync'))
      .map(({ asked }) => readJ0(asked.body.slice(asked.body.indexOf('\n') + 1)).count);
    assert.ok(counts.length > 5);
    counts.reduce((last, count) => {
      assert.ok(count > last, `${count} after ${last}`);
      return count;
    });
  });

  test('a reply that is not authenticated changes nothing durable', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(1000);
    const pages = [
      { status: 200, headers: {}, body: '<html>Welcome to the hotel</html>' },
      { status: 401, headers: {}, body: '{"code":"E_DEVICE"}' },
      { status: 200, headers: {}, body: '{"code":"E_DEVICE"}' },
      { status: 403, headers: {}, body: '{"code":"E_MAC"}' },
      { status: 500, headers: {}, body: '' },
    ];
    for (const page of pages) {
      own.net.alter = () => page;
      await own.shop.dispatch(add('milk'));
      await made.clock.pass(70_000);
      own.stop();
      await own.start();
      assert.equal(own.shop.status.member, 'ann');
      assert.equal(quantities(own.shop.state.cart).tea, 1);
    }
    own.net.alter = null;
    await made.clock.pass(70_000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 5, tea: 1 });
  });

  test('one flipped bit anywhere in a reply is ignored', async () => {
    const made = world();
    const own = await enrolled(made);
    let flips = 0;
    own.net.alter = (asked, answer) => {
      if (!asked.url.endsWith('/v1/sync')) return answer;
      const at = Math.floor(made.random() * answer.body.length);
      const flipped = String.fromCharCode(answer.body.charCodeAt(at) ^ 1);
      flips += 1;
      return { ...answer, body: answer.body.slice(0, at) + flipped + answer.body.slice(at + 1) };
    };
    await own.shop.dispatch(add('tea'));
    const before = own.shop.state;
    await made.clock.pass(600_000);
    assert.ok(flips > 5);
    assert.deepEqual(own.shop.state, before);
    assert.equal(own.shop.status.pending, 1);
  });

  test('a device that was revoked has no effect and keeps what it holds', async () => {
    const made = world();
    const own = await enrolled(made);
    own.stop();
    const pointer = own.storage.values.get('["tea","ann"]key');
    made.server.revoke(JSON.parse(pointer).dev);
    await own.start();
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(5000);
    assert.equal(own.shop.status.needsEnrolment, true);
    assert.deepEqual(quantities(made.server.cartOf('ann')), {});
    await own.shop.enrol();
    await made.clock.pass(5000);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
  });

  test('results do not depend on the clock of the phone', async () => {
    const carts = [];
    for (const skewMs of [0, 400 * 86_400_000, -400 * 86_400_000]) {
      const made = world();
      const own = await enrolled(made, { skewMs });
      await own.shop.dispatch(add('tea', 2));
      await made.clock.pass(1000);
      // And one that jumps while it runs.
      own.skewMs += 3_600_000;
      await own.shop.dispatch(add('milk'));
      await made.clock.pass(70_000);
      assert.ok(Math.abs(own.shop.now() - made.clock.now() / 1000) < 90);
      carts.push(made.server.cartOf('ann'));
    }
    assert.deepEqual(carts[1], carts[0]);
    assert.deepEqual(carts[2], carts[0]);
  });
});

describe('books', () => {
  test('a new book is taken between ticks and the cart is priced anew', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    assert.equal(own.shop.receipt.totals.payable, 1000);
    made.server.use(made.server.publish({ tea: 900 }));
    await own.shop.sync();
    await made.clock.settle();
    assert.equal(own.shop.receipt.totals.payable, 900);
    assert.ok(own.news.some(({ kind }) => kind === 'book'));
  });

  test('epoch and version never fall, and no unsigned or foreign book is used', async () => {
    const made = world();
    const { server } = made;
    const own = await enrolled(made);
    const first = own.shop.status.book;
    const second = server.use(server.publish({ tea: 900 }));
    await own.shop.sync();
    assert.equal(own.shop.status.book.ver, second.ver);
    const bad = [
      server.publish({ tea: 1 }, { ver: first.ver }),
      server.publish({ tea: 1 }, { ver: 5000 }),
      server.publish({ tea: 1 }, { signer: server.keys.online }),
      server.publish({ tea: 1 }, { tenant: 'other' }),
      server.publish({ tea: 1 }, { epoch: 2 }),
    ];
    for (const book of bad) {
      server.use(book);
      await own.shop.sync().catch(() => {});
      await made.clock.settle();
      assert.equal(own.shop.status.book.ver, second.ver);
      own.stop();
      await own.start();
      assert.equal(own.shop.status.book.ver, second.ver);
    }
  });

  test('a root that was rotated is climbed to, and its books are taken', async () => {
    const made = world();
    const own = await enrolled(made);
    made.server.rotate();
    made.server.use(made.server.publish({ tea: 800 }, { epoch: 2, ver: 1 }));
    await own.shop.sync();
    assert.equal(own.shop.status.book.epoch, 2);
    own.net.isDown = true;
    own.stop();
    await own.start();
    assert.equal(own.shop.status.book.epoch, 2);
  });

  test('a recall ends the offers of a book, before the next one is here and after a restart',
    async () => {
      const made = world();
      const own = await enrolled(made);
      own.net.lose = ({ url }) => (/\/v1\/book\//.test(url) ? 'request' : null);
      made.server.rules.minVer = made.server.use(made.server.publish({ tea: 900 })).ver;
      await own.shop.sync().catch(() => {});
      const isRecalled = () => [own.shop.status.isRevoked, own.shop.book.rules.rules];
      assert.deepEqual(isRecalled(), [true, []]);
      own.net.isDown = true;
      own.stop();
      await own.start();
      assert.deepEqual(isRecalled(), [true, []]);
      own.net.isDown = false;
      own.net.lose = () => null;
      await own.shop.sync();
      assert.equal(own.shop.status.isRevoked, false);
      assert.equal(own.shop.status.book.ver, made.server.rules.minVer);
    });

  test('a book with a missing piece is as if it were not there, and its version stays the floor',
    async () => {
      const made = world();
      const own = await enrolled(made);
      own.stop();
      [...own.storage.values.keys()].filter((key) => key.includes(']book/'))
        .forEach((key) => own.storage.values.delete(key));
      own.net.isDown = true;
      await own.start();
      assert.equal(own.shop.status.book, null);
      assert.equal(own.shop.receipt, null);
      own.net.isDown = false;
      await made.clock.pass(10_000);
      assert.equal(own.shop.status.book.ver, 1);
    });

  test('past fresh_until prices are estimates and an order needs a sync first', async () => {
    const made = world();
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(1000);
    assert.equal(own.shop.status.isFresh, true);
    own.net.isDown = true;
    await made.clock.pass(11 * MINUTE);
    assert.equal(own.shop.status.isFresh, false);
    assert.equal(own.shop.receipt.totals.payable, 1000);
    assert.equal((await own.shop.submit()).state, 'kept');
    assert.deepEqual(made.server.ordersOf('ann'), []);
  });
});

describe('orders', () => {
  test('an order that did not go out is dropped, and everything else waits', async () => {
    const session = await openSession({ kv: phoneStorage().kvFor(['shop']), device: null });
    const head = () => Promise.reject(new SuanpanError('E_NETWORK'));
    const link = createLink({ session: () => session, books: { head }, tell() {},
      host: { random: { bytes: async () => [0] } },
      clock: { now: () => 0, after: () => () => {} } });
    for (const k of ['order.submit', 'coupon.hold']) {
      assert.equal(await link.ask({ u: k, k, a: {}, text: JSON.stringify({ u: k, k, a: {} }) }),
        null);
    }
    assert.deepEqual(session.data.pending.map(({ k }) => k), ['coupon.hold']);
  });

  const ready = async (made) => {
    const own = await enrolled(made);
    await own.shop.dispatch(add('tea', 2));
    return own;
  };

  test('an order is sent after everything before it, at the shown price', async () => {
    const made = world();
    const own = await ready(made);
    const { state, order } = await own.shop.submit();
    assert.deepEqual([state, order.payable], ['accepted', 2000]);
    await made.clock.settle();
    assert.deepEqual(quantities(own.shop.state.cart), {});
    assert.equal(own.shop.intent, null);
    assert.deepEqual(own.shop.conflicts, []);
  });

  test('a price that has changed meanwhile is asked about, never charged', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    const shown = own.shop.receipt;
    made.server.use(made.server.publish({ tea: 1100 }));
    const answer = await own.shop.submit({ shown });
    assert.equal(answer.state, 'changed');
    assert.deepEqual([answer.before.totals.payable, answer.after.totals.payable], [2000, 2200]);
    assert.deepEqual(made.server.ordersOf('ann'), []);
    assert.equal((await own.shop.submit()).order.payable, 2200);
  });

  test('what the server refuses is said, and the tray stays empty', async () => {
    const made = world();
    const own = await ready(made);
    made.server.rules.refuse = ({ k }) => (k === 'order.submit' ? 'E_STOCK' : null);
    const { state, code } = await own.shop.submit();
    assert.deepEqual([state, code], ['refused', 'E_STOCK']);
    assert.deepEqual(inTray(own), []);
    assert.equal(own.shop.intent, null);
    assert.deepEqual(quantities(own.shop.state.cart), { tea: 2 });
  });

  test('an order counts as accepted only under the signature of the shop', async () => {
    const forgers = {
      'no note': () => '',
      'a flipped bit': (note) => note.replace(/\.(.)/, (_, one) => `.${one === 'A' ? 'B' : 'A'}`),
      'another purpose': (_, said, { note }) => note('head', said),
      'another sum': (_, said, { note }) => note('order', { ...said, payable: said.payable + 1 }),
      'another order': (_, said, { note }) => note('order', { ...said, order: 'o9' }),
      'another shop\'s key': (_, said) => world(9).server.note('order', said),
    };
    for (const [what, forge] of Object.entries(forgers)) {
      const made = world();
      const own = await ready(made);
      made.server.rules.forge = (note, said) => forge(note, said, made.server);
      const { state, code } = await own.shop.submit();
      assert.deepEqual([what, state, code], [what, 'refused', 'E_SIGNATURE']);
      assert.equal(own.shop.intent, null);
    }
  });

  test('an order charged above what was shown is not called accepted', async () => {
    const made = world();
    const own = await ready(made);
    made.server.rules.surcharge = 1;
    const { state, code } = await own.shop.submit();
    assert.deepEqual([state, code], ['refused', 'E_SIGNATURE']);
  });

  test('orders, heads and recovery are believed under a root that came meanwhile', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    made.server.rotate(['online']);
    made.server.rotate(['online']);
    assert.equal((await own.shop.submit()).state, 'accepted');
    assert.equal(own.shop.status.error, null);
    const visitor = made.phone({ member: 'vi' });
    await visitor.start();
    await made.clock.pass(1000);
    assert.equal(visitor.shop.status.error, null);
    assert.equal(visitor.shop.status.isFresh, true);
  });

  test('a note under a root that can not be fetched now is asked for again', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    made.server.rules.forge = (_, said) => {
      made.server.rotate(['online']);
      return made.server.note('order', said);
    };
    own.net.lose = ({ url }) => (url.includes('root') ? 'request' : null);
    assert.equal((await own.shop.submit()).state, 'kept');
    assert.equal(own.shop.status.pending, 1);
    own.net.lose = () => null;
    await made.clock.pass(5 * MINUTE);
    assert.equal(own.shop.status.pending, 0);
    assert.equal(own.shop.intent, null);
    assert.equal(made.server.ordersOf('ann').length, 1);
  });

  test('without a network an intent is kept; it never submits itself', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    own.net.isDown = true;
    assert.equal((await own.shop.submit()).state, 'kept');
    assert.equal(own.shop.intent.state, 'waiting');
    await own.crash();
    await own.start();
    own.net.isDown = false;
    await made.clock.pass(5 * MINUTE);
    assert.deepEqual(made.server.ordersOf('ann'), []);
    assert.equal(own.shop.intent.state, 'confirm');
    assert.equal(own.shop.intent.shown, 2000);
    assert.equal((await own.shop.submit()).state, 'accepted');
    assert.equal(made.server.ordersOf('ann').length, 1);
  });

  test('an intent is over after half an hour', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    own.net.isDown = true;
    await own.shop.submit();
    await made.clock.pass(31 * MINUTE);
    own.net.isDown = false;
    await made.clock.pass(5 * MINUTE);
    assert.equal(own.shop.intent.state, 'expired');
    assert.deepEqual(made.server.ordersOf('ann'), []);
    await own.shop.dropIntent();
    assert.equal(own.shop.intent, null);
  });

  const said = { fulfilment: 'delivery', address: { region: '310104' }, pay_at: 1_795_000_900,
    fulfil_at: 1_795_003_600, use: { add_ons: [{ rule: 'plus', sku: 'cake' }] } };
  const next = { fulfilment: 'delivery', address: { region: '310104' } };

  test('what was said of an order ends with it, and what is refused keeps it', async () => {
    const made = world();
    const own = await ready(made);
    await own.shop.setOrder(said);
    made.server.rules.refuse = ({ k }) => (k === 'order.submit' ? 'E_STOCK' : null);
    assert.equal((await own.shop.submit()).state, 'refused');
    assert.deepEqual([own.shop.order, own.shop.intent], [said, null]);
    made.server.rules.refuse = () => null;
    assert.equal((await own.shop.submit()).state, 'accepted');
    assert.deepEqual([own.shop.order, own.shop.intent], [next, null]);
    await own.crash();
    await own.start();
    assert.deepEqual([own.shop.order, own.shop.intent], [next, null]);
  });

  test('what was said of an order whose answer comes late ends with it too', async () => {
    const made = world();
    const own = await ready(made);
    await own.shop.setOrder(said);
    own.net.lose = ({ body }) => (/order\.submit/.test(body) ? 'reply' : null);
    assert.equal((await own.shop.submit()).state, 'kept');
    assert.deepEqual(own.shop.order, said);
    own.net.lose = () => null;
    await made.clock.pass(5 * MINUTE);
    assert.equal(made.server.ordersOf('ann').length, 1);
    assert.deepEqual([own.shop.order, own.shop.intent], [next, null]);
  });

  test('a refusal of the price that leaves it as it was asks the shopper nothing', async () => {
    const made = world();
    const own = await ready(made);
    made.server.rules.refuse = ({ k }) => (k === 'order.submit' ? 'E_REPRICE' : null);
    const { state, code } = await own.shop.submit();
    assert.deepEqual([state, code], ['refused', 'E_REPRICE']);
    assert.deepEqual(inTray(own), []);
    // A rule that counts down is used up: that is asked for before anything is said.
    const { quote } = own.engine;
    own.engine.quote = (request) => {
      const receipt = quote(request);
      const { left = {} } = request.live || {};
      return left.half === 0 ? receipt : { ...receipt,
        totals: { payable: receipt.totals.payable / 2 } };
    };
    made.server.rules.live = { left: { half: 0 } };
    await own.shop.dispatch(add('tea'));
    await made.clock.pass(MINUTE);
    await own.shop.live(['tea']);
    made.server.rules.live = { left: { half: 1 } };
    const { state: then, before, after } = await own.shop.submit();
    assert.deepEqual([then, before.totals.payable, after.totals.payable], ['changed', 3000, 1500]);
    made.server.rules.refuse = () => null;
    assert.equal((await own.shop.submit()).order.payable, 1500);
  });

  // Half of it is paid by a balance.
  const halfPaid = (own) => {
    const { quote } = own.engine;
    own.engine.quote = (request) => {
      const receipt = quote(request);
      return { ...receipt, tender: { cash: receipt.totals.payable * own.share } };
    };
    own.share = 0.5;
  };

  test('no more cash is asked for than was shown', async () => {
    const made = world();
    const own = await ready(made);
    halfPaid(own);
    const { state, code } = await own.shop.submit();
    assert.deepEqual([state, code], ['refused', 'E_SIGNATURE']);
    const sent = own.net.log.map(({ asked: { body } }) => body)
      .find((body) => /order\.submit/.test(body));
    const { q: { c, t } } = readJ0(readJ0(sent.split('\n')[1]).ops[0].b);
    assert.deepEqual([c, t], [1000, 2000]);
  });

  test('an order carries the hash of its receipt, whatever was quoted before it', async () => {
    const made = world();
    const own = await ready(made);
    own.shop.dispatch(add('tea'));
    assert.equal(own.shop.quickReceipt.hash, undefined);
    assert.equal((await own.shop.submit()).state, 'accepted');
    const sent = own.net.log.map(({ asked: { body } }) => body)
      .find((body) => /order\.submit/.test(body));
    const { q: { h } } = readJ0(readJ0(sent.split('\n')[1]).ops[0].b);
    assert.match(h, /^[0-9a-f]{64}$/);
  });

  test('another share of cash is asked about, as another price is', async () => {
    const made = world();
    const own = await ready(made);
    halfPaid(own);
    const shown = own.shop.receipt;
    own.share = 1;
    await own.shop.setOrder({ payer: 'company' });
    const { state, before, after } = await own.shop.submit({ shown });
    assert.deepEqual([state, before.tender.cash, after.tender.cash], ['changed', 1000, 2000]);
    assert.deepEqual(made.server.ordersOf('ann'), []);
  });

  test('a gift that is out by now is asked about, and told to the server where it is given',
    async () => {
      const made = world();
      const own = await ready(made);
      const { quote } = own.engine;
      own.engine.quote = (request) => {
        const { stock = {} } = request.live || {};
        const state = stock.cup === 0 ? 'out' : 'given';
        return { ...quote(request), gifts: [{ rule: 'cups', sku: 'cup', qty: 2, state }] };
      };
      made.server.rules.live = { stock: { cup: 0 } };
      made.server.rules.refuse = ({ k }) => (k === 'order.submit' ? 'E_REPRICE' : null);
      const { state, before, after } = await own.shop.submit();
      assert.deepEqual([state, before.gifts[0].state, after.gifts[0].state],
        ['changed', 'given', 'out']);
      made.server.rules.refuse = () => null;
      const { state: early } = await own.shop.submit({ shown: before });
      assert.equal(early, 'changed');
      assert.equal((await own.shop.submit()).state, 'accepted');
      const given = own.net.log.map(({ asked: { body } }) => body)
        .filter((body) => /order\.submit/.test(body))
        .map((body) => readJ0(readJ0(body.split('\n')[1]).ops[0].b).q.g);
      assert.deepEqual(given, [[{ qty: 2, rule: 'cups', sku: 'cup' }], []]);
    });

  test('an order while the engine starts anew is refused by name', async () => {
    const made = world();
    const own = await ready(made);
    await made.clock.pass(1000);
    const shown = own.shop.receipt;
    const { quote } = own.engine;
    own.engine.quote = () => { throw new SuanpanError('E_REVIVING'); };
    await own.shop.dispatch(add('tea'));
    await assert.rejects(own.shop.submit(), { name: 'SuanpanError', code: 'E_REVIVING' });
    await assert.rejects(own.shop.submit({ shown }), { name: 'SuanpanError', code: 'E_REVIVING' });
    own.engine.quote = quote;
    await made.clock.pass(1000);
    assert.equal((await own.shop.submit()).state, 'accepted');
  });

  for (const what of ['request', 'reply']) {
    test(`an order whose ${what} was lost is asked about, not repeated`, async () => {
      for (const dies of [false, true]) {
        const made = world();
        const own = await ready(made);
        own.net.lose = ({ body }) => (/order\.submit/.test(body) ? what : null);
        assert.equal((await own.shop.submit()).state, 'kept');
        assert.equal(own.shop.intent.state, 'waiting');
        if (dies) {
          await own.crash();
          await own.start();
        }
        own.net.lose = () => null;
        await made.clock.pass(5 * MINUTE);
        assert.equal(own.shop.status.pending, 0);
        if (what === 'reply') {
          // The server had taken it: its answer is fetched, and no word of the shopper is needed.
          assert.equal(own.shop.intent, null);
          assert.ok(own.news.some(({ kind }) => kind === 'ordered'));
        } else {
          assert.equal(own.shop.intent.state, 'confirm');
          assert.deepEqual(made.server.ordersOf('ann'), []);
          await own.shop.submit();
        }
        assert.equal(made.server.ordersOf('ann').length, 1);
        assert.deepEqual(quantities(own.shop.state.cart), {});
      }
    });
  }
});
