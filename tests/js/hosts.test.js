// Each way down from the preferred build has a name, and without a way down the error has it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { createEngine as createNode } from '../../js/node.js';
import { createEngine as createWeb } from '../../js/index.js';
import { createEngine as createWx } from '../../js/miniprogram.js';

const dist = new URL('../../dist/', import.meta.url);
const wasm = await readFile(new URL('suanpan.wasm', dist));
const twin = () => import(new URL('suanpan.wasm2js.mjs', dist));
// What runs, why nothing better, and the names of everything that was tried before.
const briefly = ({ mode }) => [mode.build, mode.reason, mode.reasons.map(({ reason }) => reason)];
const version = (engine) => engine.info().version;

const failsWith = (reason) => (error) => error.name === 'SuanpanError' && error.code === 'E_ENGINE'
  && (reason === undefined || error.reason === reason);

const real = { WebAssembly: globalThis.WebAssembly, fetch: globalThis.fetch };
after(() => Object.assign(globalThis, real));

test('Node: by default, by path, URL, bytes, module; and the twin', async () => {
  const module = await WebAssembly.compile(wasm);
  for (const options of [undefined, {}, { wasm }, { wasm: new Uint8Array(wasm).buffer },
    { wasm: module }, { wasm: new URL('suanpan.wasm', dist) },
    { wasm: new URL('suanpan.wasm', dist).pathname }]) {
    const engine = await createNode(options);
    assert.deepEqual(briefly(engine), ['wasm', null, []]);
    assert.equal(version(engine), '0.1.0');
  }
  const engine = await createNode({ build: 'wasm2js' });
  assert.deepEqual(briefly(engine), ['wasm2js', null, []]);
  assert.equal(version(engine), '0.1.0');
});

test('Node: what can not be loaded is E_ENGINE', async () => {
  for (const options of [{ wasm: 'no/such.wasm' }, { wasm: new Uint8Array(8) }, { build: 'asm' }]) {
    await assert.rejects(createNode(options), failsWith());
  }
});

const serve = (body, status = 200) => {
  globalThis.fetch = async () => new Response(body, { status });
};

test('web: the file is fetched, whatever type the server gives it', async () => {
  let asked = '';
  globalThis.fetch = async (path) => {
    asked = path;
    return new Response(wasm, { headers: { 'content-type': 'text/plain' } });
  };
  const engine = await createWeb();
  assert.equal(asked, './suanpan.wasm');
  assert.deepEqual(briefly(engine), ['wasm', null, []]);
  assert.equal(version(engine), '0.1.0');
});

test('web: an older Chromium has no synchronous instances on the main thread', async () => {
  const { Instance } = WebAssembly;
  try {
    WebAssembly.Instance = function refuse() {
      throw new RangeError('WebAssembly.Instance is disallowed on the main thread');
    };
    assert.equal(version(await createWeb({ wasm })), '0.1.0');
  } finally {
    WebAssembly.Instance = Instance;
  }
});

test('web: the twin takes over with the reason', async () => {
  const fallbacks = [twin, async () => (await twin()).default];
  for (const fallback of fallbacks) {
    const cases = [
      ['WASM_NOT_LOADED', () => serve('', 404)],
      ['WASM_REFUSED', () => serve('not wasm')],
      // The smallest module there is: it compiles, and is not ours.
      ['WASM_REFUSED', () => serve(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))],
      ['NO_WEBASSEMBLY', () => { delete globalThis.WebAssembly; }],
    ];
    for (const [reason, prepare] of cases) {
      prepare();
      const engine = await createWeb({ fallback });
      assert.deepEqual(briefly(engine), ['wasm2js', reason, [reason]]);
      assert.equal(version(engine), '0.1.0');
      await assert.rejects(createWeb(), failsWith(reason));
      Object.assign(globalThis, real);
    }
  }
});

// WXWebAssembly: takes package paths only; `files` says which it can read.
const platformWith = (files, wrap) => ({
  async instantiate(path, imports) {
    if (typeof path !== 'string') throw new TypeError('path must be a string');
    if (!files.includes(path)) throw new Error(`file not found: ${path}`);
    const { instance } = await WebAssembly.instantiate(wasm, imports);
    return wrap ? { instance } : instance;
  },
});
const br = '/suanpan/suanpan.wasm.br';
const plain = '/suanpan/suanpan.wasm';

test('mini-program: the ladder, with either form of the result', async () => {
  const wasm = '/suanpan/';
  for (const wrap of [true, false]) {
    const modern = await createWx({ platform: platformWith([br, plain], wrap), wasm });
    assert.deepEqual(modern.mode, { build: 'wasm', path: br, reason: null, reasons: [] });
    assert.ok(Object.isFrozen(modern.mode.reasons));
    assert.equal(version(modern), '0.1.0');
    const older = await createWx({ platform: platformWith([plain], wrap), wasm, fallback: twin });
    assert.deepEqual(older.mode, { build: 'wasm', path: plain, reason: 'BR_REFUSED',
      reasons: [{ reason: 'BR_REFUSED', path: br, message: `file not found: ${br}` }] });
    const none = await createWx({ platform: platformWith([], wrap), wasm, fallback: twin });
    assert.deepEqual(briefly(none),
      ['wasm2js', 'WASM_REFUSED', ['BR_REFUSED', 'WASM_REFUSED']]);
    assert.equal(version(none), '0.1.0');
  }
  const without = await createWx({ platform: null, fallback: twin });
  assert.deepEqual(briefly(without), ['wasm2js', 'NO_WXWEBASSEMBLY', ['NO_WXWEBASSEMBLY']]);
});

test('mini-program: the path is a parameter', async () => {
  const wanted = '/miniprogram_npm/suanpan/suanpan.wasm.br';
  const engine = await createWx({ platform: platformWith([wanted]), wasm: wanted });
  assert.deepEqual(engine.mode, { build: 'wasm', path: wanted, reason: null, reasons: [] });
  // A list is gone through, compressed files first; what has it is no worse than the first.
  const wasm = ['/a/', '/b/'];
  const found = await createWx({ platform: platformWith(['/b/suanpan.wasm.br']), wasm });
  assert.deepEqual(briefly(found), ['wasm', null, ['BR_REFUSED']]);
  const tried = [];
  const platform = { instantiate: async (path) => {
    tried.push(path);
    throw new Error('no');
  } };
  await assert.rejects(createWx({ platform, wasm: ['/a/', '/c.wasm', '/b/'] }));
  assert.deepEqual(tried, ['/c.wasm', '/a/suanpan.wasm.br', '/b/suanpan.wasm.br',
    '/a/suanpan.wasm', '/b/suanpan.wasm']);
});

test('mini-program: without a way down the error names the reason', async () => {
  await assert.rejects(createWx(), failsWith('NO_WXWEBASSEMBLY'));
  await assert.rejects(createWx({ platform: platformWith([]) }), failsWith('WASM_REFUSED'));
  await assert.rejects(createWx({ platform: platformWith([]), wasm: br }), failsWith('BR_REFUSED'));
  const broken = () => Promise.reject(new Error('no such file'));
  for (const fallback of [broken, () => ({})]) {
    await assert.rejects(createWx({ fallback }), (error) => failsWith('TWIN_NOT_LOADED')(error)
      && error.reasons[0].reason === 'NO_WXWEBASSEMBLY');
  }
  // Hosts reject with { errMsg } as well as with errors.
  const platform = { instantiate: () => Promise.reject({ errMsg: 'compile:fail' }) };
  await assert.rejects(createWx({ platform }), (error) => /compile:fail/.test(error.message));
});

test('options that are none are refused by name, on every host', async () => {
  const { createEngine: createMini } = await import('../../js/miniprogram.js');
  for (const create of [createNode, createWeb, createMini]) {
    for (const options of [null, 'suanpan.wasm', 5]) {
      await assert.rejects(create(options), (error) => error.code === 'E_TYPE'
        && /options/.test(error.message), String(options));
    }
  }
});
