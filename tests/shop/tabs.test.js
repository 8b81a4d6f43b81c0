// Several tabs of one shop over one storage: one writes, all show the same, none loses a tap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phoneStorage, quantities, world } from './world.js';

// A browser's lock and channel, with messages copied as a browser copies them.
function browser() {
  const tabs = [];
  const waiting = [];
  let holder = null;
  const grant = () => {
    if (holder !== null || waiting.length === 0) return;
    const next = waiting.shift();
    holder = next.tab;
    next.resolve();
  };
  return {
    open() {
      const tab = { heard: [], isClosed: false };
      tabs.push(tab);
      return {
        tab,
        lead: () => new Promise((resolve) => {
          waiting.push({ tab, resolve });
          grant();
        }),
        post(message) {
          if (tab.isClosed) return;
          const copy = structuredClone(message);
          tabs.filter((other) => other !== tab && !other.isClosed).forEach((other) =>
            setImmediate(() => !other.isClosed && other.heard.forEach((heard) => heard(copy))));
        },
        listen: (heard) => tab.heard.push(heard),
      };
    },
    close(tab) {
      tab.isClosed = true;
      const place = waiting.findIndex((one) => one.tab === tab);
      if (place >= 0) waiting.splice(place, 1);
      if (holder === tab) {
        holder = null;
        grant();
      }
    },
  };
}

async function openTabs(made, count) {
  const storage = phoneStorage();
  const shared = browser();
  const phones = [];
  for (let i = 0; i < count; i++) {
    const handle = shared.open();
    const own = made.phone({ storage, tabs: () => handle });
    own.close = () => {
      own.stop();
      shared.close(handle.tab);
    };
    await own.start();
    await made.clock.pass(500);
    phones.push(own);
  }
  await phones[0].shop.enrol();
  await made.clock.pass(1000);
  return phones;
}

const add = (sku, n = 1) => ({ type: 'cart.add', sku, n });
const carts = (phones) => phones.map(({ shop }) => quantities(shop.state.cart));

test('one tab writes and the others show what it has', async () => {
  const made = world();
  const phones = await openTabs(made, 3);
  await phones[0].shop.dispatch(add('tea', 2));
  await made.clock.pass(1000);
  assert.deepEqual(carts(phones), [{ tea: 2 }, { tea: 2 }, { tea: 2 }]);
  assert.deepEqual(phones.map(({ shop }) => shop.status.member), ['ann', 'ann', 'ann']);
  assert.deepEqual(phones.map(({ shop }) => shop.receipt.totals.payable), [2000, 2000, 2000]);
  assert.deepEqual(phones.map(({ net }) => net.log.some(({ asked }) => /sync$/.test(asked.url))),
    [true, false, false]);
});

test('a tap in another tab is on its screen at once and goes out by the one that writes',
  async () => {
    const made = world();
    const phones = await openTabs(made, 2);
    const kept = phones[1].shop.dispatch(add('milk', 3));
    assert.deepEqual(quantities(phones[1].shop.state.cart), { milk: 3 });
    await kept;
    await made.clock.pass(1000);
    assert.deepEqual(carts(phones), [{ milk: 3 }, { milk: 3 }]);
    assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 3 });
    assert.deepEqual(phones.map(({ shop }) => shop.status.pending), [0, 0]);
  });

test('when the tab that writes is closed another one takes over with all there is', async () => {
  const made = world();
  const phones = await openTabs(made, 2);
  phones.forEach(({ net }) => { net.isDown = true; });
  await phones[0].shop.dispatch(add('tea'));
  phones[0].close();
  await phones[1].shop.dispatch(add('milk'));
  await made.clock.pass(1000);
  assert.deepEqual(quantities(phones[1].shop.state.cart), { milk: 1, tea: 1 });
  phones[1].net.isDown = false;
  await made.clock.pass(120_000);
  assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 1 });
});

test('a tap handed to a tab that dies before it kept it is not lost', async () => {
  const made = world();
  const phones = await openTabs(made, 2);
  phones[0].storage.faults.dieAfter = phones[0].storage.faults.writes;
  phones[1].shop.dispatch(add('tea')).catch(() => {});
  await made.clock.settle();
  phones[0].close();
  phones[0].storage.faults.dieAfter = Infinity;
  await made.clock.pass(120_000);
  assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
});

test('a full store is told to the tab that was tapped', async () => {
  const made = world();
  const phones = await openTabs(made, 2);
  phones[0].storage.faults.full = true;
  await assert.rejects(phones[1].shop.dispatch(add('tea')), { code: 'E_QUOTA' });
  assert.deepEqual(carts(phones), [{}, {}]);
});

test('an order is submitted from any tab, once', async () => {
  const made = world();
  const phones = await openTabs(made, 2);
  await phones[1].shop.dispatch(add('tea', 2));
  await made.clock.settle();
  const { state, order } = await phones[1].shop.submit();
  assert.deepEqual([state, order.payable], ['accepted', 2000]);
  await made.clock.pass(1000);
  assert.deepEqual(carts(phones), [{}, {}]);
  assert.equal(made.server.ordersOf('ann').length, 1);
});

test('a new book reaches every tab', async () => {
  const made = world();
  const phones = await openTabs(made, 2);
  await phones[0].shop.dispatch(add('tea'));
  made.server.use(made.server.publish({ tea: 700 }));
  await phones[1].shop.sync();
  await made.clock.pass(1000);
  assert.deepEqual(phones.map(({ shop }) => shop.receipt.totals.payable), [700, 700]);
});
