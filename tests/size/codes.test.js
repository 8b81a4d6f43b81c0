// The constants that JavaScript reads are made from whatever JSON the C program prints.
import assert from 'node:assert/strict';
import test from 'node:test';
import { render } from '../../js/build/generate.js';

const sample = {
  errors: { E_OK: 0, E_MEMORY: -3 },
  kinds: { line_off: { number: 1, stacks: ['a', 'b'] }, 'with-dash': null },
  empty: {},
  version: '0.1.0 "x"',
};

test('every top-level key becomes a frozen constant of the same value', async () => {
  const files = render(sample);
  const url = `data:text/javascript,${encodeURIComponent(files['codes.js'])}`;
  const esm = await import(url);
  assert.deepEqual({ ...esm }, sample);
  assert.ok(Object.isFrozen(esm.kinds.line_off.stacks));
  const cjs = {};
  new Function('exports', files['codes.cjs'])(cjs);
  assert.deepEqual(cjs, sample);
  assert.match(files['codes.d.ts'], /readonly E_MEMORY: -3;/);
  assert.match(files['codes.d.ts'], /readonly "with-dash": null;/);
  assert.match(files['codes.d.ts'], /readonly stacks: readonly \["a", "b"\];/);
});

test('a key that can not be a name is refused', () => {
  assert.throws(() => render({ 'not a name': 1 }), /not a name/);
});
