import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { createEngine, createEngineAsync, createHost, SuanpanError } from 'suanpan/node';
import * as web from 'suanpan';
import { receiptView, namesOf } from 'suanpan/view';
import twin from 'suanpan/twin';

const require = createRequire(import.meta.url);
const wasm = await readFile(require.resolve('suanpan/wasm'));
const { version } = require('suanpan/package.json');
assert.equal(require('suanpan/schema/book.json').type, 'object');

const engines = [await createEngine(), await createEngine({ build: 'wasm2js' }),
  await web.createEngine({ wasm }), await web.createEngine({ wasm: 'none', fallback: () => twin }),
  await createEngineAsync()];
for (const engine of engines) assert.equal((await engine.info()).version, version);

assert.throws(() => engines[0].quote({ now: 1, lines: [] }), SuanpanError);
assert.throws(() => engines[0].quote({ now: 1, lines: [] }), web.SuanpanError);
assert.equal((await createHost().random.bytes(3)).length, 3);
assert.equal(web.receiptView, receiptView);
assert.equal(web.namesOf, namesOf);
console.log('fine');
