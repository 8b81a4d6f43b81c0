// The simulator is worth something only while it is as strict as a phone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { build } from './sim/build.js';
import { openMiniProgram } from './sim/open.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures/strict');

// (func (export "add") i32 + i32) and (global (export "version") i32 7)
const TINY_WASM = Buffer.from(
  '0061736d01000000' + '010701' + '60027f7f017f' + '03020100' + '0606017f0041070b' +
  '071102' + '036164640000' + '0776657273696f6e0300' + '0a0901070020002001' + '6a0b', 'hex');

const files = {
  'wasm/tiny.wasm': TINY_WASM,
  'wasm/tiny.wasm.br': zlib.brotliCompressSync(TINY_WASM),
};

// A server that knows nothing: it answers 404 to everybody, in JSON.
function startServer() {
  return new Promise((resolve) => {
    const server = http.createServer((request, response) => {
      response.writeHead(request.method === 'OPTIONS' ? 204 : 404, {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'content-type',
      });
      response.end('{"code":"E_MISSING"}');
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

for (const profile of ['modern', 'floor', 'nowasm']) {
  describe(`profile ${profile}`, () => {
    let server;
    let mini;
    let answers;

    before(async () => {
      server = await startServer();
      const origin = `http://127.0.0.1:${server.address().port}`;
      mini = await openMiniProgram({
        root,
        files: { ...files, 'origin.js': Buffer.from(`module.exports = '${origin}';`) },
        profile,
        requestDomains: [origin],
      });
      await mini.waitFor('.answers');
      answers = JSON.parse(await mini.text('.answers'));
    });
    after(async () => {
      if (mini) await mini.close();
      server.close();
    });

    test('the package builds without a complaint', () => {
      assert.deepEqual(mini.issues, []);
      assert.deepEqual(mini.dropped, ['dropped.txt']);
    });

    test('only the language and wx are there', () => {
      assert.deepEqual(answers.present, []);
      assert.deepEqual(new Set(answers.shadowed), new Set(['undefined']));
    });

    test('text never becomes code', () => {
      assert.match(answers.eval, /^EvalError/);
      assert.match(answers.newFunction, /^EvalError/);
    });

    test('WXWebAssembly takes nothing but a path in the package', () => {
      if (profile === 'nowasm') {
        assert.equal(answers.wasm, 'no WXWebAssembly');
        return;
      }
      const version = profile === 'floor' ? 'undefined' : 'object';
      assert.deepEqual(answers.wasm, { sum: 5, version });
      assert.deepEqual(answers.wasmBr, { sum: 5, version });
      assert.match(answers.missing, /^refused: .*file not found/);
      assert.match(answers.arrayBuffer, /^refused: .*must be a string/);
      assert.match(answers.https, /^refused: .*not a path in the package/);
      assert.match(answers.userFile, /^refused: .*not a path in the package/);
      assert.match(answers.otherType, /^refused: .*must end with/);
    });

    test('storage keeps 1 MB a key and 10 MB in all', () => {
      assert.equal(answers.storage.oneMegabyte, 'kept');
      assert.match(answers.storage.more, /exceed max size 1MB/);
      assert.equal(answers.storage.read, 1024 * 1024 - 2);
      assert.match(answers.storage.full, /exceed storage max size 10MB/);
      assert.equal(answers.storage.afterRemove, 'kept');
    });

    test('requests go to listed origins only', () => {
      assert.match(answers.request, /^refused: request:fail url not in domain list/);
      assert.deepEqual(answers.listedRequest, { statusCode: 404, data: { code: 'E_MISSING' } });
    });

    test('a file of a dropped type is not in the package', () => {
      assert.match(answers.droppedFile, /no such file/);
      assert.equal(answers.keptFile, 1);
    });

    test('setData crosses as JSON and its bytes are counted', async () => {
      await mini.tap('.patch');
      assert.equal(await mini.text('.patch'), '茶');
      const stats = await mini.stats();
      assert.equal(stats.setDataLastBytes, Buffer.byteLength('{"lines[1].text":"茶"}'));
      assert.deepEqual(stats.setDataLastPaths, ['lines[1].text']);
      if (profile !== 'floor') assert.match(answers.bigintSetData, /^TypeError/);
    });

    test('setData over 1 MB is an error', async () => {
      await mini.tap('.flood');
      assert.match(await mini.text('.flood'), /exceeds 1 MB/);
    });

    test('a switch tells its value', async () => {
      await mini.tap('.choice');
      assert.equal(await mini.text('.chosen'), 'true');
    });

    test('the floor lacks what iOS 13 lacked', () => {
      const isFloor = profile === 'floor';
      assert.equal(answers.bigint, isFloor ? 'undefined' : 'function');
      assert.equal(answers.at, isFloor ? 'undefined' : 'function');
      assert.equal(answers.order, isFloor ? 'timer,promise' : 'promise,timer');
      assert.equal(answers.finallyValue, isFloor ? 'undefined' : 'object');
      assert.equal(answers.randomApi, profile === 'modern' ? 'function' : 'undefined');
    });

    test('nothing was written to the error log', async () => {
      assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
    });
  });
}

describe('what a build complains about', () => {
  async function issuesOf(extra) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'suanpan-mini-'));
    try {
      const staged = path.join(home, 'package');
      fs.cpSync(root, staged, { recursive: true });
      for (const [name, text] of Object.entries(extra)) {
        fs.writeFileSync(path.join(staged, name), text);
      }
      return (await build({ root: staged, out: path.join(home, 'out') })).issues;
    } finally {
      fs.rmSync(home, { recursive: true, force: true });
    }
  }

  const planted = [
    ['syntax newer than ES2017', { 'new.js': 'module.exports = (a) => a?.b;' }, /new\.js: syntax/],
    ['a package over 2 MB', { 'big.json': ' '.repeat(2 ** 21) }, /over 2 MB/],
    ['a page without its template', { 'app.json': '{"pages":["none"]}' }, /none\.wxml: missing/],
    ['a broken template', { 'pages/probe/probe.wxml': '<view wx:if="{{ a" />' }, /probe\.wxml:/],
  ];
  for (const [what, extra, wanted] of planted) {
    test(what, async () => assert.match((await issuesOf(extra)).join('\n'), wanted));
  }
});
