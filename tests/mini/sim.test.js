// The simulator is worth something only while it is as strict as a phone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from './sim/build.js';
import { openMiniProgram } from './sim/open.js';
import { startServer, strict } from './strict.js';

const isFloor = (profile) => profile === 'floor';
const hasTimerPromise = (profile) => profile === 'floor' || profile === 'macrotask';

for (const profile of ['modern', 'macrotask', 'floor', 'nowasm']) {
  describe(`profile ${profile}`, () => {
    let server;
    let mini;
    let answers;

    before(async () => {
      server = await startServer();
      mini = await openMiniProgram({ ...strict, profile, hosts: server.hosts });
      await mini.waitFor('.answers');
      answers = JSON.parse(await mini.text('.answers'));
    });
    after(async () => {
      if (mini) await mini.close();
      server.stop();
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
      const version = profile === 'modern' ? 'object' : 'undefined';
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

    test('encrypted values are apart, and smaller', () => {
      const { encrypted } = answers;
      assert.equal(encrypted.kept, 'setStorage:ok');
      assert.match(encrypted.none, /^refused: getStorage:fail data not found/);
      if (profile === 'modern' || profile === 'macrotask') {
        assert.equal(encrypted.secret, 'hush');
        assert.equal(encrypted.sync, '');
        assert.match(encrypted.open, /^refused: getStorage:fail data not found/);
        assert.match(encrypted.large, /^refused: .*exceed max size 0.7MB/);
      } else {
        // Before 2.21.3 nobody knows the option, and the value lies in the clear.
        assert.equal(encrypted.sync, 'hush');
        assert.equal(encrypted.large, 'setStorage:ok');
      }
    });

    test('files are written in the own folder only', () => {
      const { files: found } = answers;
      assert.equal(found.read, 2);
      assert.match(found.inPackage, /permission denied/);
      assert.deepEqual(found.list, ['book.bin']);
      assert.match(found.after, /no such file/);
    });

    test('storage outlives the process', async () => {
      assert.equal(answers.launches, '');
      await mini.tap('.leave');
      await mini.relaunch();
      await mini.waitFor('.answers');
      assert.equal(JSON.parse(await mini.text('.answers')).launches, 1);
    });

    test('requests go to listed hosts by https only', () => {
      const { requests } = answers;
      assert.equal(requests.unlisted, 'refused: request:fail url not in domain list');
      assert.equal(requests.insecure, 'refused: request:fail url not in domain list');
      assert.equal(requests.invalid, 'refused: request:fail invalid url');
      assert.match(requests.unreachable, /^refused: request:fail errcode:-102 /);
    });

    test('any status is a success, and data goes where its method puts it', () => {
      const { requests } = answers;
      assert.deepEqual(requests.missing, { statusCode: 404, data: { code: 'E_MISSING' } });
      assert.equal(requests.query.url, '/echo?a=%E8%8C%B6&b=1');
      assert.deepEqual(requests.json,
        { method: 'POST', url: '/echo', body: '{"a":1}', referer: '', shop: 'tea' });
      assert.equal(requests.form.body, 'a=1&b=2');
      assert.equal(requests.bytes, true);
    });

    test('requests time out, are aborted, and run ten at once', async () => {
      const { requests } = answers;
      assert.equal(requests.late, 'refused: request:fail timeout');
      assert.equal(requests.aborted, 'request:fail abort');
      assert.equal(requests.many, 25);
      assert.equal((await mini.stats()).requestsAtOnceMax, 10);
    });

    test('a worker has its own modules and wasm, and no wx', () => {
      const { worker } = answers;
      const old = isFloor(profile) || profile === 'nowasm';
      // wasm in a worker came with base library 2.15.0.
      assert.equal(worker.sum, old ? 'no WXWebAssembly' : 5);
      if (!old) assert.match(worker.inside, /^refused: .*file not found/);
      assert.equal(worker.wx, 'undefined');
      assert.deepEqual(worker.present, []);
      assert.match(worker.outside, /is not defined/);
      assert.match(answers.workerModule, /is not defined/);
      assert.match(worker.folder, /not in the "workers" folder/);
      assert.match(worker.second, /exceed max concurrent workers/);
      assert.match(worker.binary, /a buffer cannot cross/);
      assert.equal(worker.error, 'as asked');
      assert.equal(worker.again, undefined);
    });

    test('a file of a dropped type is not in the package', () => {
      assert.match(answers.droppedFile, /no such file/);
      assert.equal(answers.keptFile, 2);
    });

    test('setData crosses as JSON and its bytes are counted', async () => {
      await mini.tap('.patch');
      assert.equal(await mini.text('.patch'), '茶');
      const stats = await mini.stats();
      assert.equal(stats.setDataLastBytes, Buffer.byteLength('{"lines[1].text":"茶"}'));
      assert.deepEqual(stats.setDataLastPaths, ['lines[1].text']);
      if (!isFloor(profile)) assert.match(answers.bigintSetData, /^TypeError/);
    });

    test('setData over 1 MB is an error', async () => {
      await mini.tap('.flood');
      assert.match(await mini.text('.flood'), /exceeds 1 MB/);
    });

    test('the floor lacks what iOS 13 lacked', () => {
      assert.equal(answers.bigint, isFloor(profile) ? 'undefined' : 'function');
      assert.equal(answers.at, isFloor(profile) ? 'undefined' : 'function');
      assert.equal(answers.randomApi, isFloor(profile) || profile === 'nowasm'
        ? 'undefined' : 'function');
    });

    test('a promise is a timer where it was one', () => {
      assert.equal(answers.order, hasTimerPromise(profile) ? 'timer,promise' : 'promise,timer');
      assert.equal(answers.finallyValue, hasTimerPromise(profile) ? 'undefined' : 'object');
    });

    test('nothing but what was asked for was written to the error log', async () => {
      const errors = (await mini.log()).filter(([level]) => level === 'error');
      assert.deepEqual(errors.filter(([, text]) => !text.includes('as asked')), []);
    });
  });
}

describe('built-in components', () => {
  let mini;
  const detail = async (selector) => JSON.parse(await mini.text(selector));

  before(async () => {
    mini = await openMiniProgram(strict);
    await mini.waitFor('.answers');
    await mini.tap('.components');
  });
  after(() => mini.close());

  test('navigator opens a page with its query, and goes back', async () => {
    assert.equal(await mini.text('.from'), 'probe');
    await mini.tap('.leave');
    assert.equal(await mini.isShown('.answers'), true);
    await mini.tap('.components');
  });

  test('input tells its text and keeps to its length', async () => {
    await mini.type('.field', '少冰');
    assert.equal((await detail('.text')).value, '少冰');
    assert.equal((await detail('.blur')).value, '少冰');
    const length = await mini.evaluate(() => window.__sim.all('.field >> input')[0].maxLength);
    assert.equal(length, 5);
  });

  test('slider moves in steps within its bounds', async () => {
    assert.equal(await mini.text('.points'), '300');
    await mini.slide('.points', 449);
    assert.deepEqual(await detail('.slide'), { value: 400 });
    await mini.slide('.points', 9999);
    assert.deepEqual(await detail('.sliding'), { value: 800 });
  });

  test('pickers tell what was chosen, and that it was not', async () => {
    await mini.pick('.pick', '自提');
    assert.deepEqual(await detail('.picked'), { value: '0' });
    await mini.tap('.pick');
    await mini.tap('.panel-cancel');
    assert.deepEqual(await detail('.cancelled'), {});
    await mini.pick('.pick-many', '明天', '12:00');
    assert.deepEqual(await detail('.picked-many'), { value: [1, 2] });
    await mini.pick('.pick-time', '22');
    assert.deepEqual(await detail('.picked-time'), { value: '21:00' });
  });

  test('a disabled button takes no tap', async () => {
    await mini.tap('.press');
    assert.equal(await mini.text('.taps'), '0');
    await mini.tap('.toggle');
    await mini.tap('.press');
    assert.equal(await mini.text('.taps'), '1');
  });

  test('swiper turns by a drag', async () => {
    assert.deepEqual([await mini.isShown('.slide-text >> nth=0'),
      await mini.isShown('.slide-text >> nth=1')], [true, false]);
    await mini.drag('.banner', -80, 0);
    assert.deepEqual(await detail('.turned'), { current: 1, source: 'touch' });
    assert.equal(await mini.isShown('.slide-text >> nth=1'), true);
  });

  test('scroll-view goes where it is told and says that it is at its end', async () => {
    await mini.tap('.into');
    await mini.waitForText('.lower', 'bottom');
  });

  test('image tells its size, and that it is not there', async () => {
    await mini.waitForText('.image', '{');
    assert.deepEqual(await detail('.image'), { width: 8, height: 4 });
    assert.match((await detail('.no-image')).errMsg, /404/);
  });

  test('what needs a network fails while there is none', async () => {
    await mini.setOnline(false);
    await mini.setOnline(true);
    assert.deepEqual((await mini.log()).filter(([level]) => level === 'error')
      .filter(([, text]) => !text.includes('as asked')), []);
  });
});

describe('what a build complains about', () => {
  async function issuesOf(extra) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'suanpan-mini-'));
    try {
      const staged = path.join(home, 'package');
      fs.cpSync(strict.root, staged, { recursive: true });
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
