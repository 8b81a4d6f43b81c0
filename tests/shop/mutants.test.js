// Faults planted in the client: each has to fail the test that is named beside it, or that test
// says nothing. A mutant is a copy of js/ and of these tests with one place changed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync }
  from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));

const mutants = [
  ['an order is sent again without asking', 'outbox.js',
    'return first.isSent && !first.isTaken ? [] : [first];', 'return [first];',
    'an order whose request was lost'],
  ['a refused operation is dropped', 'outbox.js',
    'tray: [...without(data.tray, op.u), refused]', 'tray: data.tray',
    'goes to the tray'],
  ['what was answered is not chained again', 'outbox.js',
    'pending: [...lost, ...data.pending]', 'pending: data.pending',
    'restored from a backup'],
  ['a fork is not chained anew', 'outbox.js',
    'rechained(known, last, head), forks', 'known, forks', 'put back in time'],
  ['request numbers are not kept', 'session.js',
    'if (count > data.count) await', 'if (false) await', 'request numbers rise'],
  ['a refused operation stays on the screen', 'session.js',
    'mark(() => []);', '', 'a full store refuses'],
  ['a record behind a tear comes back', 'records.js',
    'next: end, isTorn: end > next', 'next, isTorn: false', 'a torn log ends'],
  ['the older snapshot loses the log', 'records.js',
    'Math.min(...from)', 'Math.max(...from)', 'a torn snapshot gives way'],
  ['a visitor\'s cart is left behind', 'session.js',
    'old.pending.concat(visitor.pending)', 'old.pending', 'a visitor keeps a cart'],
  ['members share a name space', 'shop.js',
    'host.kvFor([tenant, member])', 'host.kvFor([tenant, 0])', 'what one member did'],
  ['a changed price is not asked about', 'order.js',
    'quoted.receipt.totals.payable !== shown.totals.payable', 'false',
    'a price that has changed meanwhile'],
  ['an order is believed without its note', 'link.js',
    'return isOrder ? orderChecked(result, op) : result;', 'return result;',
    'an order counts as accepted only'],
  ['a charge above what was shown is taken', 'link.js', 'isSame && isAsShown ?', 'isSame ?',
    'an order charged above'],
  ['a new root is not looked for', 'books.js', 'await climb(before + 1, true);', '',
    'under a root that came meanwhile'],
  ['a new root is not looked for, in random lives', 'books.js', 'await climb(before + 1, true);',
    '', 'phones, network and server in random order', 'schedules'],
  ['a recall is not heeded', 'books.js', 'current.epoch === epoch && current.ver < lowest',
    'false', 'a recall ends the offers'],
  ['a recall is forgotten', 'link.js', '|| now.minVer !== data.minVer', '',
    'a recall ends the offers'],
  ['an intent lasts for ever', 'order.js', 'now - time > INTENT_MS', 'false',
    'over after half an hour'],
  ['a promise has no end', 'shop.js',
    'isFresh: current !== null && nowS() < freshUntil', 'isFresh: current !== null',
    'past fresh_until'],
];

function plant([, file, from, to]) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-mutant-'));
  for (const part of ['js', 'tests/shop']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  for (const part of ['node_modules', 'dist']) symlinkSync(join(root, part), join(folder, part));
  mkdirSync(join(folder, 'tests/shop'), { recursive: true });
  const path = join(folder, 'js/shop', file);
  const text = readFileSync(path, 'utf8');
  assert.equal(text.split(from).length, 2, `${file} has the place once: ${from}`);
  writeFileSync(path, text.replace(from, () => to));
  return folder;
}

for (const mutant of mutants) {
  const [what, , , , name, file = 'shop'] = mutant;
  test(`a mutant is found: ${what}`, () => {
    const folder = plant(mutant);
    try {
      // Inside of a test the runner would take itself for a part of this one.
      const { NODE_TEST_CONTEXT: context, ...env } = process.env;
      const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap',
        `--test-name-pattern=${name}`, `tests/shop/${file}.test.js`],
      { cwd: folder, encoding: 'utf8', env });
      assert.notEqual(status, 0, stdout);
      assert.match(stdout, new RegExp(`not ok .*${name}`), stdout);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
