// The folder that a mini-program copies, run with nothing but what such a host has.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { createContext, runInContext } from 'node:vm';
import { buildMiniProgram, forbiddenIn, withoutStrings } from '../../js/build/miniprogram.js';
import { createEngine } from '../../js/node.js';
import { selfTest } from '../../js/verify.js';
import { bookFile, keyOf, rootFile, rootValue } from '../sync/kit.js';

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
function makeHost(files, folder = '') {
  const WXWebAssembly = {
    async instantiate(path, imports) {
      if (!files.includes(path)) throw new Error(`file not found: ${path}`);
      const name = path.replace(/^.*\//, '');
      const bytes = readFileSync(folder ? folder + name : pathOf(name));
      const wasm = path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes;
      return { instance: await WebAssembly.instantiate(await WebAssembly.compile(wasm), imports) };
    },
  };
  const context = createContext(files ? { WXWebAssembly } : {});
  runInContext('delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer;', context);
  const loaded = {};
  const load = (name) => {
    if (loaded[name]) return loaded[name].exports;
    const code = readFileSync(pathOf(name), 'utf8');
    loaded[name] = { exports: {} };
    runInContext(`(function (module, exports, require) {${code}\n})`, context)(
      loaded[name], loaded[name].exports, (path) => load(path.replace(/^\.\//, '')));
    return loaded[name].exports;
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
    const { createEngine: create } = load('index.js');
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

// The merchant's own keys and books, as in tests/sync.
const keys = { roots: ['root a', 'root b', 'root c'].map(keyOf), book: keyOf('book') };
const root = rootFile(rootValue({ roles: { root: [keys.roots, 2], book: [[keys.book], 1],
  online: [[keyOf('online')], 1] } }), keys.roots.slice(0, 2));
const now = 1760000000;

test('by default it takes signed books, and has nothing that only a server wants', async () => {
  for (const files of [['/suanpan/suanpan.wasm.br'], null]) {
    const load = makeHost(files);
    const { createEngine: create } = load('index.js');
    const engine = await create({ shop: 'tea', root, fallback: () => load('suanpan.wasm2js.js') });
    const { version } = await engine.load(bookFile([keys.book], { ver: 7 }), { now });
    assert.equal(version, 7);
    assert.ok(engine.quote({ now, lines: [{ sku: 'tea', qty: 3 }] }).totals.payable > 0);
    for (const book of [bookFile([keyOf('other')]), bookFile([keys.book]).subarray(0, 90)]) {
      await assert.rejects(engine.load(book, { now }), /E_|signature|file/);
    }
    assert.deepEqual(['sync', 'recommend', 'topUp'].filter((verb) => verb in engine), []);
    // A back office's verbs are in the whole module, and the error says which file that is.
    for (const verb of ['refund', 'check']) {
      assert.throws(() => engine[verb]({}), (error) => error.code === 'E_UNSUPPORTED'
        && error.message.includes(`no sp_${verb}`)
        && error.message.includes('miniprogram_optional/full'));
    }
  }
});

test('the client has every verb, and says which file it wants', async () => {
  const { createEngine: create } = makeHost(['/suanpan/suanpan.wasm.br'])('client.js');
  const small = await create();
  assert.throws(() => small.sync.enrollBegin({ entropy: new Uint8Array(64) }), (error) =>
    error.code === 'E_UNSUPPORTED' && error.message.includes('miniprogram_optional/full'));
  const whole = await makeHost(['/suanpan/suanpan.wasm.br'], `${optional}full/`)('client.js')
    .createEngine();
  await selfTest(whole.sync);
});

test('each module is in one file, and errors are of one class', () => {
  const load = makeHost(null);
  const [engine, beside, view, client, recommend] =
    ['index.js', 'async.js', 'view.js', 'client.js', 'recommend.js'].map(load);
  const texts = readdirSync(defaults).filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(defaults + name, 'utf8'));
  // Of codes.js, money.js, module.js, cart.js and a view: words that stand there alone.
  for (const words of ['不是严格的 JSON', 'fen are given as an integer', 'without an explanation',
    'createShop was given no login', '按人气与购物车推荐']) {
    assert.equal(texts.filter((text) => text.includes(words)).length, 1, words);
  }
  assert.throws(() => engine.yuan('1'), (error) => error instanceof engine.SuanpanError);
  const wanted = {
    index: ['createEngine', 'SuanpanError', 'fenFromYuan', 'yuan', 'limits', 'errors'],
    async: ['createEngineAsync'],
    view: ['bindPage', 'cartBehavior', 'createCart', 'receiptView', 'couponSheetView', 'namesOf'],
    client: ['createEngine', 'createHost', 'createShop', 'orderRecord'],
    recommend: ['learn', 'shelfRequest', 'topUpRows'],
    everything: ['createShop', 'receiptView', 'yuan', 'SuanpanError'],
  };
  const everything = load('miniprogram.js');
  assert.equal(everything.createEngine, client.createEngine);
  const found = { index: engine, async: beside, view, client, recommend, everything };
  for (const [entry, names] of Object.entries(wanted)) {
    assert.deepEqual(names.filter((name) => !found[entry][name]), [], entry);
  }
});

test('its files have nothing that such hosts lack, and fit', () => {
  for (const name of [...readdirSync(defaults).filter((file) => file.endsWith('.js')),
    'suanpan.worker.js']) {
    assert.deepEqual(forbiddenIn(readFileSync(pathOf(name), 'utf8')), [], name);
  }
  for (const name of ['suanpan.wasm2js.js', 'full/suanpan.wasm2js.js']) {
    assert.deepEqual(forbiddenIn(withoutStrings(readFileSync(pathOf(name), 'utf8'))), [], name);
  }
  assert.deepEqual(forbiddenIn('x = 10n; fetch (y); z.finally(w)').length, 3);
  assert.deepEqual(forbiddenIn("require('./a.js')").length, 1);
  assert.deepEqual(forbiddenIn('require("./shared.js")'), []);
  for (const other of ['require("fs")', 'require("./" + x)', 'require("../a.js")']) {
    assert.equal(forbiddenIn(other).length, 1, other);
  }
  assert.equal(withoutStrings('a("x\\"10n", \'eval(\') + `y`'), 'a("", "") + ""');
});

test('the licences of what is inside lie beside it', () => {
  for (const folder of [defaults, optional]) {
    assert.match(readFileSync(`${folder}LICENSE`, 'utf8'), /Apache License/);
    const notices = readFileSync(`${folder}THIRD_PARTY_NOTICES.txt`, 'utf8');
    for (const name of ['cJSON', 'Mbed TLS', 'musl']) assert.match(notices, new RegExp(name));
  }
});
