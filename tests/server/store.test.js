// Jobs that share a commit: each is whole or not at all, whatever the others do.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDiskLog } from '../../js/server/disk_log.js';
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

// A store whose disk is slow: work(store, names, disk), where disk.syncs are the syncs it was asked
// for and disk.end(error) ends the first of them.
const withSlowDisk = async (work) => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-store-'));
  const disk = { syncs: [], end: (error = null) => disk.syncs.shift()(error) };
  const store = openStore(join(folder, 'store.sqlite'), () => 0,
    [['thing', 'CREATE TABLE thing (name TEXT NOT NULL, PRIMARY KEY (name))']],
    (path) => openDiskLog(path, (_, told) => disk.syncs.push(told)));
  disk.path = join(folder, 'store.sqlite');
  const names = () => store.read((tx) =>
    tx.all('SELECT name FROM thing ORDER BY name').map(({ name }) => name));
  try {
    await work(store, names, disk);
  } finally {
    store.close();
    while (disk.syncs.length > 0) disk.end();
    rmSync(folder, { recursive: true, force: true });
  }
};
const until = async (isSo) => {
  while (!isSo()) await new Promise((resolve) => { setImmediate(resolve); });
};

// As many jobs as are done while the disk works on others.
const load = (store, name) => Array.from({ length: 16 }, (_, i) =>
  store.transact(add(`${name}${String(i).padStart(2, '0')}`)));

test('nothing is answered before it is on the disk, and one sync serves all that came before it',
  () => withSlowDisk(async (store, names, disk) => {
    const told = [];
    const tell = (promises) => promises.map((promise) => promise.then((name) => told.push(name)));
    const all = tell([store.transact(add('a'))]);
    await until(() => disk.syncs.length === 1);
    all.push(...tell(load(store, 'b')));
    await until(() => names().length === 17);
    all.push(...tell(load(store, 'c')));
    await until(() => names().length === 33);
    // What was written while a sync ran has to wait for the next one.
    assert.deepEqual([told, disk.syncs.length], [[], 1]);
    disk.end();
    await until(() => disk.syncs.length === 1);
    assert.deepEqual(told, ['a']);
    disk.end();
    await Promise.all(all);
    assert.deepEqual([told, store.spent.commits, store.spent.log.syncs], [names(), 3, 2]);
  }));

test('of many jobs the next run while the disk works on the first', () =>
  withSlowDisk(async (store, names, disk) => {
    const all = Array.from({ length: 40 }, (_, i) => store.transact(add(`${i + 10}`)));
    await until(() => names().length === 40);
    assert.deepEqual([disk.syncs.length, store.spent.commits], [1, 3]);
    disk.end();
    await until(() => disk.syncs.length === 1);
    disk.end();
    assert.deepEqual(await Promise.all(all), names());
    assert.equal(store.spent.log.syncs, 2);
  }));

test('few jobs wait for the disk and then share a commit', () =>
  withSlowDisk(async (store, names, disk) => {
    const all = [store.transact(add('a'))];
    await until(() => disk.syncs.length === 1);
    for (const name of ['b', 'c', 'd']) {
      all.push(store.transact(add(name)));
      for (let i = 0; i < 40; i++) await new Promise((resolve) => { setImmediate(resolve); });
    }
    assert.deepEqual(names(), ['a']);
    disk.end();
    await until(() => disk.syncs.length === 1);
    disk.end();
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
    assert.equal(store.spent.commits, 2);
  }));

test('after the disk has failed nothing is answered any more', () =>
  withSlowDisk(async (store, names, disk) => {
    const all = [store.transact(add('a'))];
    await until(() => disk.syncs.length === 1);
    all.push(...load(store, 'b'));
    await until(() => names().length === 17);
    disk.end(new Error('the disk is gone'));
    await until(() => disk.syncs.length === 1);
    disk.end();
    all.push(store.transact(add('c')));
    const told = await Promise.allSettled(all);
    assert.deepEqual(told.map(({ reason }) => reason && reason.message),
      Array(18).fill('the disk is gone'));
    assert.throws(() => store.settle(), /the disk is gone/);
    assert.equal(names().length, 17);
  }));

test('what is in the log is moved into the database while the store works', () =>
  withSlowDisk(async (store, names, disk) => {
    const before = statSync(disk.path).size;
    const all = Array.from({ length: 2100 }, (_, i) => store.transact(add(`${i} `.repeat(50))));
    await until(() => disk.syncs.length === 1);
    disk.end();
    await until(() => statSync(disk.path).size > before + 100000);
    while (store.spent.jobs < all.length || disk.syncs.length > 0) {
      if (disk.syncs.length > 0) disk.end();
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    assert.equal((await Promise.all(all)).length, 2100);
  }));
