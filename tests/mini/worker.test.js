// createEngineAsync in a worker of the mini-program, and what it does where there is none.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, yuan } from '../../js/node.js';
import { NOW, engineFolder, readSeed } from './demo.js';
import { openMiniProgram } from './sim/open.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const bookText = readSeed('tea.book.json');
const request = { now: NOW, lines: [{ id: '1', sku: 'm06', qty: 2 }] };

async function open(profile, browser) {
  return openMiniProgram({
    root: fileURLToPath(new URL('fixtures/worker', import.meta.url)),
    files: {
      suanpan: engineFolder,
      'workers/suanpan.worker.js': join(top, 'miniprogram_optional', 'suanpan.worker.js'),
      'data.js': Buffer.from(`module.exports = ${JSON.stringify({ bookText, request })};\n`),
    },
    profile,
    browser,
  });
}

// Where wasm runs: base library 2.15.0 brought it to workers.
const phones = [
  ['modern', 'chromium', 'worker'],
  ['macrotask', 'chromium', 'worker'],
  ['floor', 'chromium', 'here'],
  ['modern', 'webkit without JIT', 'worker'],
];

for (const [profile, browser, runs] of phones) {
  test(`${browser}, profile ${profile}: the engine runs ${runs}`, async () => {
    const mini = await open(profile, browser);
    try {
      await mini.waitForText('.total', '.');
      const engine = await createEngine();
      await engine.load(bookText, { unsignedBookForDevelopment: true });
      assert.equal(await mini.text('.total'), yuan(engine.quote(request).totals.payable));
      const mode = JSON.parse(await mini.text('.mode'));
      assert.equal(mode.runs, runs, JSON.stringify(mode));
      assert.equal(mode.path, '/suanpan/suanpan.wasm.br');
      await mini.tap('.wrong');
      await mini.waitForText('.error', ' ');
      assert.match(await mini.text('.error'), /^E_\w+ \/lines$/);
      assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
    } finally {
      await mini.close();
    }
  });
}
