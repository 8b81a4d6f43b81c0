// What createEngine and createShop are given: a named error and the path of what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, createHost, createShop } from 'suanpan/node';

const namedAs = (code, path) => (error) => {
  assert.deepEqual([error.name, error.code, error.path], ['SuanpanError', code, path]);
  return true;
};

test('a shop says which option is missing or of another type', async () => {
  const engine = await createEngine();
  const right = { engine, host: createHost(), shop: 'tea', root: '{}' };
  const wrong = [
    [undefined, 'E_TYPE', ''], [null, 'E_TYPE', ''], [{}, 'E_REQUIRED', '/engine'],
    [{ ...right, engine: {} }, 'E_REQUIRED', '/engine/sync'],
    [{ ...right, host: undefined }, 'E_REQUIRED', '/host'],
    [{ ...right, host: {} }, 'E_REQUIRED', '/host/http'],
    [{ ...right, host: { ...right.host, http: 5 } }, 'E_TYPE', '/host/http'],
    [{ ...right, shop: 5 }, 'E_TYPE', '/shop'], [{ ...right, root: {} }, 'E_TYPE', '/root'],
    [{ ...right, url: new URL('http://a') }, 'E_TYPE', '/url'],
    [{ ...right, login: 'code' }, 'E_TYPE', '/login'],
    [{ ...right, clock: {} }, 'E_REQUIRED', '/clock/now'],
    [{ ...right, pollMs: '5' }, 'E_TYPE', '/pollMs'],
  ];
  for (const [options, code, path] of wrong) {
    await assert.rejects(createShop(options), namedAs(code, path));
  }
  engine.dispose();
});

test('an engine says which option is of another type', async () => {
  const wrong = [[5, ''], [null, ''], [{ shop: 5 }, '/shop'], [{ root: 5 }, '/root'],
    [{ verify: 'yes' }, '/verify']];
  for (const [options, path] of wrong) {
    await assert.rejects(createEngine(options), namedAs('E_TYPE', path));
  }
  const engine = await createEngine();
  await assert.rejects(engine.load('{}', null), namedAs('E_TYPE', ''));
  engine.dispose();
});
