// `npm run bench` measures every verb of the engine, whatever it finds; no time is asked for here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasTrainer } from '../../js/cli/train.js';
import { createEngine } from '../../js/node.js';
import { workloads } from '../bench/workload.js';

const program = fileURLToPath(new URL('../bench/run.js', import.meta.url));
// What is no question: where it runs, letting go, and the protocol, whose verbs src/sync measures.
const noVerbs = ['mode', 'dispose', 'sync'];
// These want a model, and there is one only where there is a trainer.
const ofModel = ['loadModel', 'setHistory', 'recommend'];

test('the bench has a line for every verb and for every workload', async (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    [program, '--json', '--ms', '1', '--orders', '300', '--host', 'node'],
    { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
  const measured = lines.filter(({ host }) => host === 'node');
  measured.forEach((line) => assert.ok(line.n >= 3 && line.median_us > 0, JSON.stringify(line)));
  const names = measured.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, 'a name stands twice');
  assert.deepEqual(workloads().map(({ name }) => name).filter((name) => !names.includes(name)), []);

  const verbs = new Set(measured.map(({ verb }) => verb));
  const wanted = Object.keys(await createEngine()).filter((name) => !noVerbs.includes(name)
    && (hasTrainer() || !ofModel.includes(name)));
  assert.ok(wanted.length >= 8);
  assert.deepEqual(wanted.filter((verb) => !verbs.has(verb)), []);
  if (!hasTrainer()) t.diagnostic('no trainer, hence no model: its verbs are not measured');

  const files = lines.filter(({ brotli }) => brotli > 0).map(({ name }) => name);
  assert.ok(files.includes('dist/suanpan.wasm') && files.includes('dist/suanpan.pricing.wasm'));
});
