// The folder that a mini-program copies, run with nothing but what such a host has.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { createContext, runInContext } from 'node:vm';
import { buildMiniProgram, forbiddenIn } from '../../js/build/miniprogram.js';
import { createEngine } from '../../js/node.js';

const at = (name) => fileURLToPath(new URL(`../../${name}/`, import.meta.url));
const defaults = at('miniprogram_dist');
const optional = at('miniprogram_optional');
const pathOf = (name) => [defaults, optional].map((folder) => folder + name).find(existsSync);
const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const book = fixture('book.json');
const request = JSON.parse(fixture('request.json'));
const unsigned = { unsignedBookForDevelopment: true };

before(buildMiniProgram);

// ECMAScript and WXWebAssembly; a context of vm has none of Node's own globals.
function makeHost(files) {
  const WXWebAssembly = {
    async instantiate(path, imports) {
      if (!files.includes(path)) throw new Error(`file not found: ${path}`);
      const bytes = readFileSync(pathOf(path.replace(/^.*\//, '')));
      const wasm = path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes;
      return { instance: await WebAssembly.instantiate(await WebAssembly.compile(wasm), imports) };
    },
  };
  const context = createContext(files ? { WXWebAssembly } : {});
  runInContext('delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer;', context);
  const load = (name) => {
    const code = readFileSync(pathOf(name), 'utf8');
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

test('it is found where npm, uni-app and a copy put it, and where it is said to be', async () => {
  for (const at of ['/suanpan/', '/miniprogram_npm/suanpan/', '/static/suanpan/', '/shop/lib/']) {
    for (const file of ['suanpan.wasm.br', 'suanpan.wasm']) {
      const path = at + file;
      const { createEngine: create, limits } = makeHost([path])('index.js');
      const options = at === '/shop/lib/' ? { wasm: at } : {};
      const { mode } = await create(options);
      assert.deepEqual([mode.build, mode.path], ['wasm', path]);
      assert.equal(mode.reason, file === 'suanpan.wasm' ? 'BR_REFUSED' : null);
      assert.equal(limits.lines_max, 200);
    }
  }
});

test('pricing alone is the same engine in half of the code', async () => {
  const br = '/suanpan/suanpan.wasm.br';
  const { createEngine: create, receiptView } = makeHost([br])('pricing.js');
  const engine = await create();
  await engine.load(book, unsigned);
  assert.equal(engine.quote(request).totals.payable > 0, true);
  assert.equal(receiptView, undefined);
});

test('it exports what pages need', () => {
  const exported = makeHost(null)('miniprogram.js');
  for (const name of ['createEngine', 'SuanpanError', 'fenFromYuan', 'yuan', 'limits', 'errors',
    'bindPage', 'createHost', 'createEngineAsync', 'receiptView', 'couponSheetView', 'detailView',
    'lineCutsView', 'namesOf']) {
    assert.ok(exported[name], name);
  }
});

test('its files have nothing that such hosts lack, and fit', () => {
  for (const name of ['miniprogram.js', 'pricing.js', 'suanpan.worker.js', 'suanpan.wasm2js.js']) {
    assert.deepEqual(forbiddenIn(readFileSync(pathOf(name), 'utf8')), []);
  }
  assert.deepEqual(forbiddenIn('x = 10n; fetch (y); z.finally(w)').length, 3);
  assert.deepEqual(forbiddenIn("require('./a.js')").length, 1);
});

test('the licences of what is inside lie beside it', () => {
  for (const folder of [defaults, optional]) {
    assert.match(readFileSync(`${folder}LICENSE`, 'utf8'), /Apache License/);
    const notices = readFileSync(`${folder}THIRD_PARTY_NOTICES.txt`, 'utf8');
    for (const name of ['cJSON', 'Mbed TLS', 'musl']) assert.match(notices, new RegExp(name));
  }
});
