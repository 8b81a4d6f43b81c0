// The simulator and the demo in WebKit, whose JavaScriptCore runs mini-programs on iPhones: with
// JIT, without it as WeChat on iOS is, and without WebAssembly. A smoke: the whole matrix runs in
// Chromium.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, yuan } from '../../js/node.js';
import { carts, demo, firstLines, member, readSeed } from './demo.js';
import { openMiniProgram } from './sim/open.js';
import { strict, startServer } from './strict.js';

const payable = async (lines) => {
  const engine = await createEngine();
  await engine.load(readSeed('tea.book.json'), { unsignedBookForDevelopment: true });
  return `¥${yuan(engine.quote(carts.requestOf(lines, member)).totals.payable)}`;
};

const phones = [
  { browser: 'webkit', profile: 'modern' },
  { browser: 'webkit without JIT', profile: 'floor' },
  { browser: 'webkit without WebAssembly', profile: 'nowasm' },
];

for (const { browser, profile } of phones) {
  describe(`${browser}, profile ${profile}`, () => {
    let server;
    let mini;
    before(async () => {
      server = await startServer();
    });
    after(() => server.stop());

    test('the host is as strict as in Chromium', async (t) => {
      mini = await openMiniProgram({ ...strict, profile, browser, hosts: server.hosts });
      try {
        t.diagnostic(mini.version);
        await mini.waitFor('.answers');
        const answers = JSON.parse(await mini.text('.answers'));
        assert.deepEqual(answers.present, []);
        assert.match(answers.eval, /^EvalError/);
        assert.equal(answers.requests.late, 'refused: request:fail timeout');
        assert.equal(answers.requests.many, 25);
        if (profile !== 'nowasm') assert.equal(answers.wasmBr.sum, 5);
        assert.equal(answers.worker.sum, profile === 'modern' ? 5 : 'no WXWebAssembly');
        assert.equal(answers.order, profile === 'floor' ? 'timer,promise' : 'promise,timer');
      } finally {
        await mini.close();
      }
    });

    test('the demo prices its cart, and again after a tap', async () => {
      mini = await openMiniProgram({ ...demo(), profile, browser });
      try {
        await mini.waitFor('.net-amount');
        const cart = carts.createCart(firstLines);
        assert.equal(await mini.text('.total'), await payable(cart));
        const [{ id, qty }] = firstLines;
        await mini.tap('.plus');
        assert.equal(await mini.text('.total'), await payable(carts.setQty(cart, id, qty + 1)));
        const errors = (await mini.log()).filter(([level]) => level === 'error');
        assert.deepEqual(errors, []);
      } finally {
        await mini.close();
      }
    });
  });
}
