// Seeded lives (life.js). `node tests/sim/run.js --lives N` runs more of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { live } from './life.js';

// Seeds that have failed once are lived again for ever.
const kept = JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8'));

for (const seed of [...kept, 1, 2, 3, 4, 5, 6]) {
  test(`life ${seed} breaks nothing`, { timeout: 120000 }, async () => {
    const life = await live(seed, 250);
    const ok = Object.keys(life).filter((name) => name.endsWith(' ok'))
      .reduce((sum, name) => sum + life[name], 0);
    assert.ok(life.acked > 20 && ok > 10,
      `only ${life.acked} ops were acknowledged, ${ok} of them ok`);
  });
}
