// Faults planted in the search for the lines of a once_line group: what it then proves is not the
// best of some small wallet, and the oracle says so.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { buildDir } from '../../js/build/cmake.js';
import { shopper } from '../bench/wallets.js';
import { compiled, linked, planted, root } from '../mutants.js';
import './v8.js';
import { compareCart } from './compare.js';
import { openEngine } from './engines.js';

const folder = mkdtempSync(join(tmpdir(), 'suanpan-mutant-'));
const cli = join(buildDir('native'), 'CMakeFiles', 'suanpan_cli.dir', 'src/cli/suanpan_cli.c.o');
const path = 'engine/allot.c';
const text = readFileSync(join(root, 'src', path), 'utf8');
const WALLETS = 60;

const mutants = [
  ['an offer is out of reach a little sooner', 'if (left < o->gte) continue;',
    'if (left < o->gte + 300) continue;'],
  ['freight is never free', 'a->goods - cut >= a->free_gte ? a->fixed_freight : a->freight',
    'a->freight'],
  ['coupons of all slots are one', 'sum += sp_max(0, gain - best[o->slot]);',
    'sum = sp_max(sum, (cut - due) * ONE + gain);'],
  ['a level is lost by the cheapest line', 'weight >= r->need[i]', 'weight > r->need[i]'],
  ['the second piece is the dearest', 'give->pay_bp[(at + n) % r->cycle]', 'give->pay_bp[n]'],
];

// The first wallet that the program has wrong; null for none.
async function wrongOf(program) {
  process.env.SUANPAN_CLI = program;
  const engine = await openEngine('native');
  try {
    for (let n = 0; n < WALLETS; n++) {
      const { book, request } = shopper(31, n,
        { lines: 4 + n % 2, promotions: 3, coupons: [2, 2, 1], step: n % 3 ? 1 : 500 });
      const outcome = await compareCart(engine, book, { ...request, detail: 'full' });
      if (outcome.difference) return { n, ...outcome };
    }
    return null;
  } finally {
    engine.close();
    delete process.env.SUANPAN_CLI;
  }
}

describe('mutants', { skip: existsSync(cli) ? false : 'the native program is not built' }, () => {
  after(() => rmSync(folder, { recursive: true }));
  const programOf = (source) => linked(folder, compiled(folder, path, source), [cli]);

  test(`${path} as it is passes`, async () => {
    assert.equal(await wrongOf(programOf(text)), null);
  });

  for (const [what, from, to] of mutants) {
    test(`a mutant is found: ${what}`, async () => {
      const wrong = await wrongOf(programOf(planted(text, from, to, path)));
      assert.ok(wrong, 'the mutant lives');
    });
  }
});
