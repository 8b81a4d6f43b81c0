// The folder that a mini-program copies, run with nothing but what such a host has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { createContext, runInContext } from 'node:vm';
import { buildMiniProgram, forbiddenIn } from '../../js/build/miniprogram.js';
import { createEngine } from '../../js/node.js';

const folder = fileURLToPath(new URL('../../dist/miniprogram/', import.meta.url));
const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const book = fixture('book.json');
const request = JSON.parse(fixture('request.json'));
const unsigned = { unsignedBookForDevelopment: true };

before(buildMiniProgram);

// ECMAScript and WXWebAssembly; a context of vm has none of Node's own globals.
function makeHost(files, at = '/suanpan/') {
  const WXWebAssembly = {
    async instantiate(path, imports) {
      if (!files.includes(path)) throw new Error(`file not found: ${path}`);
      const bytes = readFileSync(folder + path.slice(at.length));
      const wasm = path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes;
      return { instance: await WebAssembly.instantiate(await WebAssembly.compile(wasm), imports) };
    },
  };
  const context = createContext(files ? { WXWebAssembly } : {});
  runInContext('delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer;', context);
  const load = (name) => {
    const code = readFileSync(folder + name, 'utf8');
    const module = { exports: {} };
    runInContext(`(function (module, exports, require) {${code}\n})`, context)(
      module, module.exports, load);
    return module.exports;
  };
  return load;
}

test('it prices as in Node, from .br, from .wasm and from the twin', async () => {
  const node = await createEngine();
  await node.load(book, unsigned);
  const wanted = node.quote(request);
  const br = '/suanpan/suanpan.wasm.br';
  const plain = '/suanpan/suanpan.wasm';
  for (const [files, reason] of [[[br, plain], null], [[plain], 'BR_REFUSED'],
    [null, 'NO_WXWEBASSEMBLY']]) {
    const load = makeHost(files);
    const { createEngine: create } = load('miniprogram.js');
    const engine = await create({ fallback: () => load('suanpan.wasm2js.js') });
    assert.equal(engine.mode.reason, reason);
    await engine.load(book, unsigned);
    assert.deepEqual(JSON.parse(JSON.stringify(engine.quote(request))), wanted);
    await engine.load(new TextEncoder().encode(book).buffer, unsigned);
    const named = engine.quote({ ...request, lines: [{ id: '面🍜', sku: '1', qty: 1 }] });
    assert.equal(named.lines[0].id, '面🍜');
  }
});

test('installed by npm it finds its files where npm puts them', async () => {
  const at = '/miniprogram_npm/suanpan/';
  const path = `${at}suanpan.wasm.br`;
  const { createEngine: create, limits } = makeHost([path], at)('index.js');
  assert.deepEqual({ ...(await create()).mode }, { build: 'wasm', path, reason: null });
  assert.equal(limits.lines_max, 200);
});

test('it exports what pages need', () => {
  const exported = makeHost(null)('miniprogram.js');
  for (const name of ['createEngine', 'SuanpanError', 'fenFromYuan', 'yuan', 'limits', 'errors',
    'bindPage', 'receiptView', 'couponSheetView', 'detailView', 'lineCutsView', 'namesOf']) {
    assert.ok(exported[name], name);
  }
});

test('its files have nothing that such hosts lack, and fit', () => {
  const size = (name) => readFileSync(folder + name).length;
  for (const name of ['miniprogram.js', 'suanpan.wasm2js.js']) {
    assert.deepEqual(forbiddenIn(readFileSync(folder + name, 'utf8')), []);
  }
  assert.ok(size('miniprogram.js') + size('suanpan.wasm.br') <= 110 * 1024);
  assert.ok(size('suanpan.wasm2js.js') <= 600 * 1024);
  assert.deepEqual(forbiddenIn('x = 10n; fetch (y); z.finally(w)').length, 3);
});
