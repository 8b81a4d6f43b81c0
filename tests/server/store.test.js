// Jobs that share a commit: each is whole or not at all, whatever the others do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../js/server/store.js';

const add = (name, more = () => {}) => (tx) => {
  tx.run('INSERT INTO thing (name) VALUES (?)', name);
  more();
  return name;
};
const fail = (message) => () => {
  throw new Error(message);
};
const withStore = async (work) => {
  const store = openStore(':memory:', () => 0,
    [['thing', 'CREATE TABLE thing (name TEXT NOT NULL, PRIMARY KEY (name))']]);
  const names = () => store.read((tx) =>
    tx.all('SELECT name FROM thing ORDER BY name').map(({ name }) => name));
  try {
    await work(store, names);
  } finally {
    store.close();
  }
};

test('what a job throws undoes that job alone, and its neighbours share one commit', () =>
  withStore(async (store, names) => {
    const told = await Promise.allSettled([store.transact(add('a')),
      store.transact(add('b', fail('after it wrote'))), store.transact(add('c')),
      store.transact(fail('before it wrote')), store.transact(add('a')),
      store.transact(add('d'))]);
    assert.deepEqual(told.map(({ value, reason }) => value || reason.message.split(':')[0]),
      ['a', 'after it wrote', 'c', 'before it wrote', 'UNIQUE constraint failed', 'd']);
    assert.deepEqual(names(), ['a', 'c', 'd']);
    assert.equal(store.spent.commits, 1);
  }));

test('a job that has undone what it wrote makes no other run twice', () =>
  withStore(async (store, names) => {
    let runs = 0;
    const told = await Promise.allSettled([
      store.transact(add('a', () => { runs += 1; })),
      store.transact((tx) => tx.savepoint(() => add('b', fail('undone'))(tx)))]);
    assert.deepEqual(told.map(({ status }) => status), ['fulfilled', 'rejected']);
    assert.deepEqual([names(), runs], [['a'], 1]);
  }));

test('jobs that come in neighbouring turns share a commit, and none waits for ever', () =>
  withStore(async (store, names) => {
    const turn = () => new Promise((resolve) => { setImmediate(resolve); });
    const all = [];
    for (let i = 0; i < 100; i++) {
      all.push(store.transact(add(`t${i}`)));
      await turn();
    }
    await Promise.all(all);
    assert.equal(names().length, 100);
    assert.ok(store.spent.commits >= 4 && store.spent.commits <= 25, `${store.spent.commits}`);
  }));

test('a store that is closed has done what it was given', () => withStore(async (store) => {
  const done = store.transact(add('a'));
  store.close();
  assert.equal(await done, 'a');
  await assert.rejects(store.transact(add('b')), /closed/);
}));
