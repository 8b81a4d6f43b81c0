// 凑单 against trying everything. This takes a few hundred carts; the long run is
// node tests/recommend/top_up_run.js --carts 20000 --features all
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeatures } from '../oracle/features/index.js';
import { compareTopUps } from './top_up_run.js';
import { differences } from './top_up_oracle.js';

const carts = 120;

test('one and two more goods are found as trying everything does, in slices too', async () => {
  for (const features of [[], readFeatures()]) {
    const result = await compareTopUps({ carts, seed: 7, features });
    assert.deepEqual(result.wrong, []);
    assert.ok(result.carts > carts / 2 && result.pairs > result.carts / 2, JSON.stringify(result));
    assert.ok(result.lowers > 0, 'some additions lower what is paid');
    // The merging and the bounds are for something.
    assert.ok(result.priced < result.sets * 0.9, JSON.stringify(result));
  }
});

test('the comparison sees what is wrong', () => {
  const set = { skus: ['a'], more: 1, gain: 2 };
  const pair = { skus: ['a', 'b'], more: 1, gain: 2 };
  const truth = { singles: [set], pairs: [pair] };
  assert.deepEqual(differences({ singles: [set], pairs: [pair] }, truth), []);
  assert.equal(differences({ singles: [], pairs: [pair] }, truth).length, 1);
  assert.equal(differences({ singles: [set], pairs: [{ ...pair, gain: 3 }] }, truth).length, 2);
  assert.equal(differences({ singles: [{ ...set, more: 0 }], pairs: [pair] }, truth).length, 1);
});
