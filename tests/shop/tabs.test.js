// Several tabs of one shop over one storage: one writes, all show the same, none loses a tap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phoneStorage, quantities, world } from './world.js';

// A browser's lock and channel, with messages copied as a browser copies them. What a tab that is
// frozen would hear waits in `held`; `words` are all that were said.
function browser() {
  const tabs = [];
  const words = [];
  const waiting = [];
  let holder = null;
  const grant = () => {
    if (holder !== null || waiting.length === 0) return;
    const next = waiting.shift();
    holder = next.tab;
    next.resolve();
  };
  const tell = (tab, copy) => {
    if (tab.isFrozen) tab.held.push(copy);
    else setImmediate(() => !tab.isClosed && tab.heard.forEach((heard) => heard(copy)));
  };
  return {
    words,
    open() {
      const tab = { heard: [], isClosed: false, isFrozen: false, held: [], lost: null };
      tabs.push(tab);
      return {
        tab,
        lead: (lost) => new Promise((resolve) => {
          tab.lost = lost;
          waiting.push({ tab, resolve });
          grant();
        }),
        post(message) {
          if (tab.isClosed) return;
          const copy = structuredClone(message);
          words.push(copy);
          tabs.filter((other) => other !== tab && !other.isClosed)
            .forEach((other) => tell(other, copy));
        },
        listen: (heard) => tab.heard.push(heard),
      };
    },
    wake(tab) {
      tab.isFrozen = false;
      tab.held.splice(0).forEach((copy) => tell(tab, copy));
    },
    /** Another tab takes the lead from this one, which hears of it. */
    pass(tab) {
      holder = null;
      grant();
      tab.lost();
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
    Object.assign(own, { shared, tab: handle.tab });
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

test('no tab is ever told the keys of the device', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  const [, device] = [...first.storage.values].find(([name]) => name.endsWith('key'));
  const { keys, dev } = JSON.parse(device);
  await second.shop.dispatch(add('tea'));
  await made.clock.pass(1000);
  assert.equal(second.shop.status.member, 'ann');
  const said = JSON.stringify(first.shared.words);
  assert.ok(said.includes('"member":"ann"') && !said.includes(keys) && !said.includes(dev));
});

test('an order over a slow line is waited for, and known by its own tab', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  await second.shop.dispatch(add('tea'));
  await made.clock.pass(1000);
  // Three exchanges of eight seconds each: the one under way, one with the tap, and the order's.
  first.net.waitMs = 8000;
  first.shop.sync();
  await made.clock.settle();
  await second.shop.dispatch(add('tea'));
  let said = null;
  second.shop.submit().then(({ state }) => { said = state; }, ({ code }) => { said = code; });
  await made.clock.pass(21_500);
  assert.equal(said, null);
  await made.clock.pass(60_000);
  assert.equal(said, 'accepted');
  assert.equal(second.shop.state.orders.length, 1);
});

test('a tap while the tab that writes is frozen stays on the screen and is done once', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  first.tab.isFrozen = true;
  let isKept = false;
  second.shop.dispatch(add('tea')).then(() => { isKept = true; });
  second.shop.setOrder({ fulfilment: 'delivery' });
  await made.clock.pass(5000);
  second.shop.setOrder({ fulfilment: 'pickup' });
  await made.clock.pass(17_000);
  assert.deepEqual([quantities(second.shop.state.cart), isKept], [{ tea: 1 }, false]);
  first.shared.wake(first.tab);
  await made.clock.pass(60_000);
  assert.equal(isKept, true);
  assert.deepEqual(carts([first, second]), [{ tea: 1 }, { tea: 1 }]);
  assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
  assert.equal(second.shop.order.fulfilment, 'pickup');
});

test('an order that a frozen tab did not take in time is never placed later', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  await second.shop.dispatch(add('tea'));
  await made.clock.pass(1000);
  first.tab.isFrozen = true;
  const submitting = assert.rejects(second.shop.submit(), { code: 'E_TIMEOUT' });
  await made.clock.pass(22_000);
  await submitting;
  first.shared.wake(first.tab);
  await made.clock.pass(60_000);
  assert.deepEqual(made.server.ordersOf('ann'), []);
});

test('what a third tab asked of the one that is gone, the new one does', async () => {
  const made = world();
  const [first, , third] = await openTabs(made, 3);
  first.tab.isFrozen = true;
  const kept = third.shop.dispatch(add('tea'));
  await made.clock.settle();
  first.close();
  await made.clock.pass(5000);
  await kept;
  assert.deepEqual(quantities(made.server.cartOf('ann')), { tea: 1 });
});

test('a tab that has lost the lead shows what the new one writes, and writes nothing', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  first.shared.pass(first.tab);
  await made.clock.settle();
  const before = first.net.log.length;
  await first.shop.dispatch(add('tea'));
  await second.shop.dispatch(add('milk'));
  await made.clock.pass(200_000);
  assert.deepEqual(carts([first, second]), [{ milk: 1, tea: 1 }, { milk: 1, tea: 1 }]);
  assert.deepEqual(quantities(made.server.cartOf('ann')), { milk: 1, tea: 1 });
  assert.deepEqual([first.net.log.length, first.shop.status.error], [before, null]);
});

test('what is said of an order in another tab is seen at once, and nothing of it is lost',
  async () => {
    const made = world();
    const [first, second] = await openTabs(made, 2);
    const saying = [second.shop.setOrder({ fulfilment: 'delivery', payer: 'wechat' }),
      first.shop.setOrder({ store: 's1' }), second.shop.setOrder({ channel: 'app' }),
      second.shop.setOrder({ payer: undefined })];
    assert.deepEqual(second.shop.order, { fulfilment: 'delivery', channel: 'app' });
    await Promise.all(saying);
    await made.clock.pass(1000);
    const wanted = { fulfilment: 'delivery', store: 's1', channel: 'app' };
    assert.deepEqual([first.shop.order, second.shop.order], [wanted, wanted]);
    await assert.rejects(second.shop.setOrder({ fulfilment: 'x' }), { code: 'E_ARGS' });
    first.storage.faults.full = true;
    await assert.rejects(second.shop.setOrder({ store: 's2' }), { code: 'E_QUOTA' });
    assert.deepEqual([first.shop.order, second.shop.order], [wanted, wanted]);
  });

test('tabs price by the same hints, whichever has asked for them', async () => {
  const made = world();
  const [first, second] = await openTabs(made, 2);
  await second.shop.dispatch(add('tea', 2));
  await made.clock.pass(1000);
  [first, second].forEach(({ engine }) => {
    const { quote } = engine;
    // A rule that counts down: without a word of it it is thought to be there.
    engine.quote = (request) => {
      const receipt = quote(request);
      const { left = {} } = request.live || {};
      if (left.half !== 0) receipt.totals.payable /= 2;
      return receipt;
    };
  });
  made.server.rules.live = { stock: {}, left: { half: 0 } };
  await made.clock.pass(60_000);
  await second.shop.live(['tea']);
  assert.equal(second.shop.receipt.totals.payable, 2000);
  const { state, order } = await second.shop.submit();
  assert.deepEqual([state, order.payable], ['accepted', 2000]);
  await made.clock.pass(1000);
  assert.deepEqual(first.shop.hints, made.server.rules.live);
});
