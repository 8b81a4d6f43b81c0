// What happens after the module stops: a new instance, the book again, nothing lost but one answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngineOn } from '../../js/engine.js';
import { fakeExports, fakeHost } from './fake_module.js';

const unsigned = { unsignedBookForDevelopment: true };
const trap = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};

// Instances that trap when the request says so, and tell the book they hold.
function trappingStarts() {
  const starts = [];
  const start = () => {
    const instance = { book: null };
    starts.push(instance);
    return fakeExports({
      sp_book_load(book) {
        const value = JSON.parse(book);
        if (value.traps) trap();
        if (value.bad) return { code: 'E_FIELD', path: '/bad', message: 'unknown field' };
        instance.book = value;
        return { digest: 'd', version: value.version, shop: 's' };
      },
      sp_quote(request) {
        if (JSON.parse(request).traps) trap();
        return { version: instance.book && instance.book.version, instance: starts.length };
      },
    });
  };
  return { starts, start };
}

const is = (code) => (error) => error.name === 'SuanpanError' && error.code === code;

test('a trap costs one answer: a new instance has the same book', async () => {
  const { starts, start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(start));
  await engine.load({ version: 3 }, unsigned);
  assert.deepEqual(engine.quote({}), { version: 3, instance: 1 });
  assert.throws(() => engine.quote({ traps: true }), (error) => is('E_TRAP')(error)
    && error.cause instanceof WebAssembly.RuntimeError && error.zh !== '' && error.en !== '');
  assert.deepEqual(engine.quote({}), { version: 3, instance: 2 });
  assert.equal(starts.length, 2);
});

test('any exception out of the module counts, not only a RuntimeError', async () => {
  let starts = 0;
  const engine = await createEngineOn(fakeHost(() => {
    const isFirst = starts++ === 0;
    return fakeExports({
      sp_quote() {
        if (isFirst) throw new RangeError('Maximum call stack size exceeded');
        return { ok: true };
      },
    });
  }));
  assert.throws(() => engine.quote({}), is('E_TRAP'));
  assert.deepEqual(engine.quote({}), { ok: true });
});

test('a book that traps does not replace the one before', async () => {
  const { start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(start));
  await engine.load({ version: 1 }, unsigned);
  await assert.rejects(engine.load({ traps: true }, unsigned), is('E_TRAP'));
  assert.equal(engine.quote({}).version, 1);
});

test('a refused book does not replace the one that a trap brings back', async () => {
  const { start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(start));
  await engine.load({ version: 1 }, unsigned);
  await assert.rejects(engine.load({ bad: true }, unsigned), is('E_FIELD'));
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  assert.equal(engine.quote({}).version, 1);
});

test('the kept book is a copy: the caller may write over his bytes', async () => {
  const { start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(start));
  const bytes = new TextEncoder().encode('{"version":7}');
  await engine.load(bytes, unsigned);
  bytes.fill(0);
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  assert.equal(engine.quote({}).version, 7);
});

test('where instances come later, calls are E_REVIVING until one is there', async () => {
  const { start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(() => Promise.resolve().then(start)));
  await engine.load({ version: 5 }, unsigned);
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  assert.throws(() => engine.quote({}), is('E_REVIVING'));
  await new Promise(setImmediate);
  assert.deepEqual(engine.quote({}), { version: 5, instance: 2 });
});

test('a revival that fails is tried again by the next call', async () => {
  const { starts, start } = trappingStarts();
  let broken = false;
  const engine = await createEngineOn(fakeHost(() => {
    if (broken) throw new Error('no memory now');
    return start();
  }));
  await engine.load({ version: 2 }, unsigned);
  broken = true;
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  assert.throws(() => engine.quote({}), is('E_TRAP'));
  broken = false;
  assert.equal(engine.quote({}).version, 2);
  assert.equal(starts.length, 2);
});

test('a promised revival that fails is tried again too', async () => {
  const { start } = trappingStarts();
  let broken = false;
  const engine = await createEngineOn(fakeHost(async () => {
    if (broken) throw new Error('file is gone');
    return start();
  }));
  broken = true;
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  await new Promise(setImmediate);
  broken = false;
  assert.throws(() => engine.quote({}), is('E_REVIVING'));
  await new Promise(setImmediate);
  assert.equal(engine.quote({}).version, null);
});

test('an engine that was disposed of while reviving stays away', async () => {
  const { start } = trappingStarts();
  const engine = await createEngineOn(fakeHost(async () => start()));
  assert.throws(() => engine.quote({ traps: true }), is('E_TRAP'));
  engine.dispose();
  await new Promise(setImmediate);
  assert.throws(() => engine.quote({}), is('E_ENGINE'));
  await assert.rejects(engine.load({}, unsigned), is('E_ENGINE'));
});
