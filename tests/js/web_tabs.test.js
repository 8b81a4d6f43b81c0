// The tabs of a browser that has neither Web Locks nor BroadcastChannel, and of two its database.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openDatabase } from '../../js/host/web_kv.js';
import { webTabs } from '../../js/host/web_tabs.js';

const names = ['localStorage', 'addEventListener', 'navigator', 'BroadcastChannel'];
let own;
let items;
let isFull;
let written;

beforeEach(() => {
  own = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  items = new Map();
  isFull = false;
  written = [];
  const localStorage = {
    getItem: (key) => (items.has(key) ? items.get(key) : null),
    setItem(key, value) {
      if (isFull) throw Object.assign(new Error('full'), { name: 'QuotaExceededError' });
      written.push(value);
      items.set(key, value);
    },
    removeItem: (key) => items.delete(key),
  };
  const fakes = { localStorage, addEventListener() {}, navigator: {}, BroadcastChannel: undefined };
  names.forEach((name) => Object.defineProperty(globalThis, name,
    { value: fakes[name], configurable: true, writable: true }));
});
afterEach(() => own.forEach(([name, before]) => {
  if (before) Object.defineProperty(globalThis, name, before);
  else delete globalThis[name];
}));

describe('words through localStorage', () => {
  test('leave nothing of themselves behind', () => {
    webTabs('shop').post({ state: 1 });
    assert.equal(written.length, 1);
    assert.deepEqual(JSON.parse(written[0]).message, { state: 1 });
    assert.deepEqual([...items], []);
  });

  test('that find no room are lost and nothing else', () => {
    isFull = true;
    webTabs('shop').post({ state: 1 });
    assert.deepEqual([...items], []);
  });
});

// Timers of several tabs; those of a tab that sleeps wait until it wakes.
function tabClock(t) {
  let now = 1e12;
  let timers = [];
  let tab = '';
  const asleep = new Set();
  const put = (work, ms, every) => {
    const timer = { at: now + ms, work, every, tab };
    timers.push(timer);
    return timer;
  };
  const forget = (timer) => { timers = timers.filter((one) => one !== timer); };
  t.mock.method(Date, 'now', () => now);
  t.mock.method(globalThis, 'setTimeout', (work, ms) => put(work, ms, 0));
  t.mock.method(globalThis, 'setInterval', (work, ms) => put(work, ms, ms));
  t.mock.method(globalThis, 'clearInterval', forget);
  return {
    asleep,
    inTab(name, work) {
      tab = name;
      work();
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await new Promise(setImmediate);
        const [next] = timers.filter((one) => !asleep.has(one.tab) && one.at <= end)
          .sort((a, b) => a.at - b.at);
        if (!next) break;
        now = Math.max(now, next.at);
        ({ tab } = next);
        if (next.every > 0) next.at = now + next.every;
        else forget(next);
        next.work();
      }
      now = end;
    },
  };
}

test('of two tabs without locks one writes, also after the first one has slept', async (t) => {
  const clock = tabClock(t);
  const writers = new Set();
  const open = (name) => clock.inTab(name, () => {
    const stand = () => webTabs('shop').lead(() => {
      writers.delete(name);
      stand();
    }).then(() => writers.add(name));
    stand();
  });
  open('first');
  await clock.pass(1000);
  open('second');
  await clock.pass(60_000);
  assert.deepEqual([...writers], ['first']);
  clock.asleep.add('first');
  await clock.pass(20_000);
  assert.deepEqual([...writers], ['first', 'second']);
  clock.asleep.delete('first');
  await clock.pass(20_000);
  assert.deepEqual([...writers], ['second']);
  clock.asleep.add('second');
  await clock.pass(20_000);
  clock.asleep.delete('second');
  await clock.pass(20_000);
  assert.deepEqual([...writers], ['first']);
});

test('a database that was closed for a newer page is opened again', async () => {
  const opened = [];
  const answered = (result) => {
    const request = { result };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  const database = openDatabase({ open() {
    const db = {
      isClosed: false,
      close() { db.isClosed = true; },
      transaction() {
        if (db.isClosed) throw Object.assign(new Error(), { name: 'InvalidStateError' });
        const transaction = { objectStore: () => ({ get: () => answered('kept') }) };
        setTimeout(() => transaction.oncomplete(), 1);
        return transaction;
      },
    };
    opened.push(db);
    return answered(db);
  } });
  assert.equal(await database.get('values', 'a'), 'kept');
  opened[0].onversionchange();
  assert.equal(opened[0].isClosed, true);
  assert.equal(await database.get('values', 'a'), 'kept');
  assert.equal(opened.length, 2);
});
