// The engine with promises: in a worker, in this thread, or priced by a server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { buildDist } from '../../js/build/dist.js';
import { buildMiniProgram } from '../../js/build/miniprogram.js';
import { binaryOf } from '../../js/host/worker_step.js';
import { createEngineAsync as createWx } from '../../js/miniprogram.js';
import { createEngineAsync as createWeb } from '../../js/index.js';
import { createEngine, createEngineAsync } from '../../js/node.js';
import { selfTest } from '../../js/verify.js';
import { fakeWx } from './fake_wx.js';

const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const book = fixture('book.json');
const request = JSON.parse(fixture('request.json'));
const unsigned = { unsignedBookForDevelopment: true };
const wasm = readFileSync(new URL('../../dist/suanpan.wasm', import.meta.url));
const twin = () => import('../../dist/suanpan.wasm2js.mjs');

before(buildDist);
before(buildMiniProgram);

const is = (code, reason) => (error) => error.name === 'SuanpanError' && error.code === code
  && (reason === undefined || error.reason === reason);
const reasonsOf = ({ mode }) => mode.reasons.map(({ reason }) => reason);

const node = await createEngine();
await node.load(book, unsigned);
const wanted = node.quote(request);

// wx.createWorker with the built file in a context of its own. As in WeChat, messages cross as JSON
// and at most one worker runs. `wx.workers` are all that were made.
function wxWithWorkers({ files = ['/suanpan/suanpan.wasm.br'], name = 'WXWebAssembly' } = {}) {
  const { wx } = fakeWx();
  wx.workers = [];
  wx.createWorker = (path) => {
    if (path !== 'workers/suanpan.worker.js') throw new Error(`no such file: ${path}`);
    if (wx.workers.some(({ isAlive }) => isAlive)) throw new Error('createWorker:fail limit 1');
    const code = readFileSync(
      new URL('../../miniprogram_optional/suanpan.worker.js', import.meta.url), 'utf8');
    const listeners = { main: null, inside: null, killed: null };
    const cross = (name, message) => setTimeout((text) => {
      if (worker.isAlive && listeners[name]) listeners[name](JSON.parse(text));
    }, 0, JSON.stringify(message));
    const worker = {
      isAlive: true,
      onMessage(listener) { listeners.main = listener; },
      onProcessKilled(listener) { listeners.killed = listener; },
      postMessage(message) { cross('inside', message); },
      terminate() { worker.isAlive = false; },
      kill() {
        worker.isAlive = false;
        listeners.killed();
      },
    };
    const platform = {
      async instantiate(file, imports) {
        if (!files.includes(file)) throw new Error(`file not found: ${file}`);
        return { instance: new WebAssembly.Instance(new WebAssembly.Module(wasm), imports) };
      },
    };
    const context = createContext({ [name]: platform, worker: {
      onMessage(listener) { listeners.inside = listener; },
      postMessage(message) { cross('main', message); },
    } });
    runInContext('delete globalThis.WebAssembly', context);
    runInContext(code, context);
    wx.workers.push(worker);
    return worker;
  };
  return wx;
}

const inWorker = (wx, more) =>
  createWx({ api: wx, worker: 'workers/suanpan.worker.js', wasm: '/suanpan/', ...more });

test('Node: the same answers, and errors are rejections', async () => {
  const engine = await createEngineAsync();
  assert.equal(engine.mode.runs, 'here');
  await engine.load(book, unsigned);
  assert.deepEqual(await engine.quote(request), wanted);
  await assert.rejects(engine.quote({ ...request, now: 'x' }), (error) => is('E_TYPE')(error)
    && error.path === '/now');
  await assert.rejects(engine.quote({ ...request, now: NaN }), is('E_TYPE'));
  assert.deepEqual((await engine.share({ amount: 3, weights: [1, 2] })).parts, [1, 2]);
});

test('a worker prices as in Node, with every verb, and books as text and bytes', async () => {
  const wx = wxWithWorkers();
  const engine = await inWorker(wx);
  const { build, path, reason, runs } = engine.mode;
  assert.deepEqual({ build, path, reason, runs },
    { build: 'wasm', path: '/suanpan/suanpan.wasm.br', reason: null, runs: 'worker' });
  await assert.rejects(engine.quote(request), is('E_NO_BOOK'));
  for (const form of [JSON.parse(book), book, new TextEncoder().encode(book)]) {
    const loaded = await engine.load(form, unsigned);
    assert.equal(loaded.shop, 'noodle_house');
    assert.deepEqual((await engine.quote(request)).totals, wanted.totals);
  }
  assert.deepEqual(await engine.quote(request), wanted);
  assert.deepEqual(await engine.explain(request), node.explain(request));
  assert.deepEqual(await engine.check(book), node.check(book));
  await assert.rejects(engine.quote({ ...request, lines: [{ sku: '', qty: 1 }] }),
    (error) => is('E_ID')(error) && error.path === '/lines/0/sku');
  await assert.rejects(engine.load(book), is('E_UNVERIFIED'));
  engine.dispose();
  assert.equal(wx.workers[0].isAlive, false);
  await assert.rejects(engine.quote(request), is('E_ENGINE'));
});

test("Alipay's module is there in workers only, Douyin's by its own name", async () => {
  for (const name of ['MYWebAssembly', 'TTWebAssembly']) {
    const my = wxWithWorkers({ name });
    const create = () => my.createWorker('workers/suanpan.worker.js');
    const engine = await createWx({ worker: create, wasm: '/suanpan/' });
    assert.deepEqual([engine.mode.runs, engine.mode.build], ['worker', 'wasm']);
    engine.dispose();
  }
  globalThis.TTWebAssembly = {
    instantiate: (path, imports) => WebAssembly.instantiate(wasm, imports),
  };
  try {
    assert.equal((await createWx()).mode.path, '/suanpan/suanpan.wasm.br');
  } finally {
    delete globalThis.TTWebAssembly;
  }
});

// ---- a Worker of a page ----

// `Worker` of a browser with the built script in a context of its own: messages are cloned, and a
// script that can't be had is told by an event.
function pageWorkers({ hasWasm = true, script = true } = {}) {
  const made = [];
  const create = () => {
    const worker = {
      isAlive: true,
      onmessage: null,
      onerror: null,
      postMessage: (message) => cross(() => scope.onmessage, message),
      terminate() {
        worker.isAlive = false;
      },
    };
    const cross = (listener, message) => setTimeout((data) => {
      if (worker.isAlive && listener()) listener()({ data });
    }, 0, structuredClone(message));
    const scope = createContext({
      TextEncoder, TextDecoder, URL, fetch: async (url) => ({ ok: url === wasmUrl, status: 404,
        arrayBuffer: async () => wasm }),
      postMessage: (message) => cross(() => worker.onmessage, message),
    });
    if (!hasWasm) runInContext('delete globalThis.WebAssembly', scope);
    if (script) runInContext(readFileSync(workerScript, 'utf8'), scope);
    else setTimeout(() => worker.onerror({ message: '' }), 0);
    made.push(worker);
    return worker;
  };
  return { create, made };
}

const workerScript = new URL('../../dist/umd/suanpan.worker.js', import.meta.url);
const wasmUrl = 'https://shop.example/suanpan.wasm';

test('a page: the engine runs in its Worker, also with sync and recommendation', async () => {
  const { create, made } = pageWorkers();
  const engine = await createWeb({ worker: create, wasm: wasmUrl });
  assert.deepEqual([engine.mode.build, engine.mode.runs, engine.mode.path, engine.mode.reason],
    ['wasm', 'worker', wasmUrl, null]);
  await engine.load(book, unsigned);
  assert.deepEqual(await engine.quote(request), wanted);
  await assert.rejects(engine.quote({ ...request, now: 'x' }), is('E_TYPE'));
  await selfTest(engine.sync);
  engine.dispose();
  assert.equal(made[0].isAlive, false);
});

test('a page: a Worker that throws costs one answer; what was loaded comes back', async () => {
  const { create, made } = pageWorkers();
  const engine = await createWeb({ worker: create, wasm: wasmUrl });
  await engine.load(book, unsigned);
  await assert.rejects(engine.loadModel(new Uint8Array(9)), (error) => /^E_/.test(error.code));
  const lost = engine.quote(request);
  await Promise.resolve();
  made[0].onerror({ message: 'out of memory' });
  await assert.rejects(lost, (error) => is('E_TRAP')(error)
    && error.cause.message === 'out of memory');
  assert.equal(made[0].isAlive, false);
  assert.deepEqual(await engine.quote(request), wanted);
});

test('a page: without a Worker, or without WebAssembly in it, the engine runs here', async () => {
  const fails = [[{ script: false }, 'WORKER_NOT_STARTED'], [{ hasWasm: false }, 'NO_WEBASSEMBLY']];
  for (const [options, reason] of fails) {
    const engine = await createWeb({ worker: pageWorkers(options).create, wasm, fallback: twin });
    assert.deepEqual([engine.mode.runs, engine.mode.reasons[0].reason], ['here', reason]);
    await engine.load(book, unsigned);
    assert.deepEqual(await engine.quote(request), wanted);
  }
});

test('calls in flight keep their answers apart', async () => {
  const engine = await inWorker(wxWithWorkers());
  await engine.load(book, unsigned);
  const qtys = [1, 2, 3, 4];
  const asked = await Promise.all(qtys.map((qty) =>
    engine.quote({ ...request, lines: [{ sku: '1', qty }] })));
  assert.deepEqual(asked, qtys.map((qty) =>
    node.quote({ ...request, lines: [{ sku: '1', qty }] })));
});

test('a worker that the system takes away costs one answer; the book comes back', async () => {
  const wx = wxWithWorkers();
  const engine = await inWorker(wx);
  await engine.load(book, unsigned);
  const lost = engine.quote(request);
  await Promise.resolve();
  wx.workers[0].kill();
  await assert.rejects(lost, is('E_TRAP'));
  const both = await Promise.all([engine.quote(request), engine.quote(request)]);
  assert.deepEqual(both, [wanted, wanted]);
  assert.equal(wx.workers.length, 2);
});

test('without a worker the engine runs here, and says why', async () => {
  const platform = { instantiate: (path, imports) => WebAssembly.instantiate(wasm, imports) };
  const none = await createWx({ api: wxWithWorkers(), worker: 'workers/other.js', platform });
  assert.deepEqual([none.mode.runs, none.mode.reason], ['here', 'NO_WORKER']);
  const noFile = await inWorker(wxWithWorkers({ files: [] }), { fallback: twin });
  assert.deepEqual(reasonsOf(noFile), ['BR_REFUSED', 'WASM_REFUSED', 'NO_WXWEBASSEMBLY']);
  assert.deepEqual([noFile.mode.build, noFile.mode.runs], ['wasm2js', 'here']);
  await noFile.load(book, unsigned);
  assert.deepEqual(await noFile.quote(request), wanted);
});

test('a worker that never answers is given up in time', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const mute = { onMessage() {}, postMessage() {}, terminate() {} };
  const creating = createWx({ worker: () => mute, fallback: twin });
  await new Promise(setImmediate);
  context.mock.timers.tick(5000);
  const engine = await creating;
  assert.deepEqual(reasonsOf(engine), ['WORKER_NOT_STARTED', 'NO_WXWEBASSEMBLY']);
});

test('bytes cross as characters', () => {
  const bytes = Uint8Array.from({ length: 10000 }, (_, i) => i % 256);
  assert.deepEqual(Uint8Array.from(binaryOf(bytes), (c) => c.charCodeAt(0)), bytes);
});

// ---- the server ----

const server = { url: 'https://shop.example/', session: 'abc' };

test('where nothing runs the server prices, by its own book', async () => {
  const { wx, calls } = fakeWx({ answer: () => ({ success: { statusCode: 200, header: {},
    data: JSON.stringify(wanted) } }) });
  const engine = await createWx({ api: wx, server });
  assert.deepEqual([engine.mode.build, engine.mode.runs, engine.mode.reason],
    ['server', 'server', 'NO_WXWEBASSEMBLY']);
  assert.equal(await engine.load(book, unsigned), null);
  assert.deepEqual(await engine.quote(request), wanted);
  const [{ url, method, header, data }] = calls;
  assert.deepEqual([url, method, header.authorization],
    ['https://shop.example/v1/quote', 'POST', 'Bearer abc']);
  assert.deepEqual(JSON.parse(data), { request });
  await assert.rejects(engine.explain(request), is('E_UNSUPPORTED'));
  await assert.rejects(engine.quote({ now: undefined }), is('E_TYPE'));
  engine.dispose();
  await assert.rejects(engine.quote(request), is('E_ENGINE'));
});

test('the session is asked for each time', async () => {
  let turn = 0;
  const { wx, calls } = fakeWx({ answer: () => ({ success: { statusCode: 200,
    data: JSON.stringify(wanted) } }) });
  const session = async () => `${++turn}`;
  const engine = await createWx({ api: wx, server: { ...server, session } });
  await engine.quote(request);
  await engine.quote(request);
  assert.deepEqual(calls.map(({ header }) => header.authorization), ['Bearer 1', 'Bearer 2']);
});

test('what a server can say has a name', async () => {
  const json = JSON.stringify;
  const cases = [
    ['E_SESSION', { statusCode: 401, data: '' }],
    ['E_RANGE', { statusCode: 422, data: json({ code: 'E_RANGE', path: '/now', message: 'm' }) }],
    ['E_SERVER', { statusCode: 502, data: '<html>' }],
    ['E_SERVER', { statusCode: 500, data: json({ code: 'other' }) }],
    ['E_SERVER', { statusCode: 200, data: '<html>a captive portal</html>' }],
    ['E_SERVER', { statusCode: 200, data: json({ totals: { payable: '1.00' } }) }],
  ];
  for (const [code, success] of cases) {
    const engine = await createWx({ api: fakeWx({ answer: () => ({ success }) }).wx, server });
    await assert.rejects(engine.quote(request), is(code));
  }
  const { wx } = fakeWx({ answer: () => ({ fail: { errno: 5, errMsg: 'request:fail timeout' } }) });
  await assert.rejects((await createWx({ api: wx, server })).quote(request), is('E_TIMEOUT'));
});

test('nothing at all is E_ENGINE with every reason', async () => {
  await assert.rejects(createWx({ worker: () => { throw new Error('no'); },
    server: { url: '', session: '' } }), (error) => is('E_ENGINE', 'NO_SERVER')(error)
    && error.reasons.map(({ reason }) => reason).join() === 'NO_WORKER,NO_WXWEBASSEMBLY,NO_SERVER');
});

test('a call that finds the engine being restarted waits for it', async () => {
  let hasTrapped = false;
  const platform = {
    async instantiate(path, imports) {
      const { instance } = await WebAssembly.instantiate(wasm, imports);
      const exports = { ...instance.exports };
      exports.sp_quote = (size) => {
        if (hasTrapped) return instance.exports.sp_quote(size);
        hasTrapped = true;
        throw new WebAssembly.RuntimeError('unreachable');
      };
      return { instance: { exports } };
    },
  };
  const engine = await createWx({ platform });
  await engine.load(book, unsigned);
  await assert.rejects(engine.quote(request), is('E_TRAP'));
  assert.deepEqual(await engine.quote(request), wanted);
});
