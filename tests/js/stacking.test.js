// Which rules may act on the same goods, by groups and exclusions alone. Each list of sets is
// worked out by hand from src/README.md.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stacking } from '../../js/cli/stacking.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'suanpan-stacking-'));
after(() => rmSync(folder, { recursive: true }));

const give = { amount_off: { amount: 100 } };
const promotion = (id, stack, stage = 'order') => ({ id, kind: 'promotion', stage, give, stack });
const coupon = (id, stack, stage = 'shop_coupon') => ({ id, kind: 'coupon', stage, give, stack });
const price = (id, kind = 'member', stack = undefined) =>
  ({ id, kind, stage: 'unit', give: { unit_price: { price: 1 } }, stack });
const partOf = (rules, more) => ({ preset: 'cn_sequential', rules, ...more });

// text: the ids of each set in one word.
function setsAre(part, text, ids = part.rules.map(({ id }) => id)) {
  assert.deepEqual(stacking(part, ids).sets.map((set) => set.join('')),
    text.split(' ').filter(Boolean));
}

describe('groups', () => {
  test('automatic rules all act', () => {
    setsAre(partOf([promotion('a'), promotion('b', undefined, 'item'), price('c')]), 'abc');
  });

  test('one rule of a once_line group', () => {
    const groups = { g: {} };
    setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' }),
      promotion('c')], { groups }), 'ac bc');
  });

  test('a once_line group serves a line once, whatever its maximum', () => {
    for (const pieces of ['once_line', 'once_piece']) {
      setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' })],
        { groups: { g: { max: 2, pieces } } }), 'a b');
    }
  });

  test('a shared group up to its maximum', () => {
    const rules = ['a', 'b', 'c'].map((id) => promotion(id, { group: 'g' }));
    for (const per of ['line', 'shop', 'order']) {
      setsAre(partOf(rules, { groups: { g: { max: 2, max_per: per, pieces: 'shared' } } }),
        'ab ac bc');
    }
    setsAre(partOf(rules, { groups: { g: { max: 3, pieces: 'shared' } } }), 'abc');
  });

  test('a group of both kinds counts both', () => {
    setsAre(partOf([promotion('a', { group: 'g' }), coupon('b', { group: 'g' }), coupon('c')],
      { groups: { g: { max: 1, max_per: 'order', pieces: 'shared' } } }), 'ac bc');
  });

  test('the members of a group that are not named do not count', () => {
    setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' })],
      { groups: { g: {} } }), 'b', ['b']);
  });
});

describe('slots of coupons', () => {
  const coupons = [coupon('a'), coupon('b'), coupon('c', undefined, 'platform_coupon'),
    coupon('d', undefined, 'freight'), coupon('e', undefined, 'freight')];

  test('cn_sequential: one coupon, and one for the freight', () => {
    setsAre(partOf(coupons), 'ad ae bd be cd ce');
  });

  test('cn_parallel: one of the shop and one of the platform', () => {
    setsAre(partOf(coupons, { preset: 'cn_parallel' }), 'acd ace bcd bce');
  });

  test('unlimited: all of them', () => {
    setsAre(partOf(coupons, { policy: { coupon_slots: 'unlimited' } }), 'abcde');
    setsAre(partOf(coupons, { preset: 'international' }), 'abcde');
  });

  test('a coupon in a group of its own counts there', () => {
    setsAre(partOf([coupon('a'), coupon('b', { group: 'g' })], { groups: { g: {} } }), 'ab');
  });
});

describe('exclusions', () => {
  test('a promotion that excludes coupons', () => {
    setsAre(partOf([promotion('a', { excludes: ['coupon'] }), promotion('b'), coupon('c')]),
      'ab bc');
  });

  test('it is the same the other way round', () => {
    setsAre(partOf([promotion('a'), coupon('b', { excludes: ['promotion'] }), price('c')]),
      'ac b');
  });

  test('on a line or in the order', () => {
    for (const on of ['line', 'order']) {
      setsAre(partOf([promotion('a', { excludes: ['coupon'], on }), coupon('b')]), 'a b');
    }
  });

  test('a group that excludes a group', () => {
    setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'h' }),
      promotion('c', { group: 'g' }), promotion('d')],
    { groups: { g: { excludes: ['h'] }, h: {} } }), 'ad bd cd');
  });

  test('a group that excludes its own class spares no other rule of it', () => {
    setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' })],
      { groups: { g: { max: 2, pieces: 'shared', excludes: ['promotion'] } } }), 'a b');
  });

  test('a group that excludes itself', () => {
    setsAre(partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' })],
      { groups: { g: { max: 2, pieces: 'shared', excludes: ['g'] } } }), 'a b');
  });
});

describe('unit prices', () => {
  test('a piece has one', () => setsAre(partOf([price('a'), price('b', 'flash'),
    promotion('c')]), 'ac bc'));

  test('they are promotions to those who exclude promotions', () => {
    setsAre(partOf([price('a'), coupon('b', { excludes: ['promotion'] })]), 'a b');
    setsAre(partOf([price('a', 'flash', { excludes: ['coupon'] }), coupon('b'),
      promotion('c')]), 'ac bc');
  });
});

describe('exclusive rules', () => {
  test('nothing of the same or a later stage', () => {
    setsAre(partOf([promotion('a', { exclusive: true }), promotion('b'),
      promotion('c', undefined, 'item'), coupon('d'), price('e')]), 'bcde ace');
  });

  test('freight and rewards stay', () => {
    setsAre(partOf([promotion('a', { exclusive: true }, 'item'),
      coupon('b', undefined, 'freight'), promotion('c', undefined, 'reward')]), 'abc');
  });

  test('an exclusive coupon leaves what came before', () => {
    setsAre(partOf([promotion('a'), coupon('b', { exclusive: true }),
      coupon('c', { group: 'g' }), coupon('d', { group: 'g' }, 'platform_coupon')],
    { groups: { g: { max: 2 } } }), 'acd ab');
  });
});

test('the reasons are told', () => {
  const part = partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' }),
    coupon('c'), coupon('d'), promotion('e', { excludes: ['coupon'] }), price('f'), price('h'),
    promotion('i', { exclusive: true })], { groups: { g: {} } });
  assert.deepEqual(stacking(part, ['a', 'b', 'c', 'd', 'f', 'h']).conflicts, [
    { why: 'unit_price', rules: ['f', 'h'] },
    { why: 'group', group: 'g', max: 1, rules: ['a', 'b'] },
    { why: 'slot', slot: 'coupons', max: 1, rules: ['c', 'd'] },
  ]);
  assert.deepEqual(stacking(part, ['c', 'e', 'i']).conflicts, [
    { why: 'excludes', rules: ['c', 'e'] },
    { why: 'exclusive', rules: ['c', 'i'] },
    { why: 'exclusive', rules: ['e', 'i'] },
  ]);
});

// The smaller loop over all pairs above is compared with a plain definition of the same.
test('every set is lawful and none is part of another', () => {
  const groups = { g: { max: 2, pieces: 'shared' }, h: { excludes: ['g'] } };
  const rules = [...Array(12)].map((_, i) => (i % 3 === 0
    ? coupon(`r${i}`, i % 2 ? { excludes: ['h'] } : undefined)
    : promotion(`r${i}`, { group: i % 2 ? 'g' : 'h' })));
  const { sets } = stacking(partOf(rules, { groups }), rules.map(({ id }) => id));
  assert.ok(sets.length > 3);
  for (const a of sets) {
    for (const b of sets) assert.ok(a === b || !a.every((id) => b.includes(id)), `${a} in ${b}`);
  }
});

test('the command line', () => {
  const book = { suanpan_book: 1, shop: 's', version: 1, meaning: 1,
    catalog: { skus: [{ id: 'x', price: 1000 }] },
    rules: partOf([promotion('a', { group: 'g' }), promotion('b', { group: 'g' }),
      coupon('c', { excludes: ['g'] })], { groups: { g: {} } }) };
  const path = join(folder, 'book.json');
  writeFileSync(path, JSON.stringify(book));
  const run = (...args) => spawnSync(process.execPath, [program, 'check', 'stacking', ...args],
    { encoding: 'utf8' });
  const good = run('--book', path, '--rules', 'a,b,c');
  assert.equal(good.status, 0, good.stderr);
  assert.deepEqual(JSON.parse(good.stdout).sets, [['a'], ['b'], ['c']]);
  const unknown = run('--book', path, '--rules', 'a,z');
  assert.equal(unknown.status, 1);
  assert.equal(JSON.parse(unknown.stdout).code, 'E_REFERENCE');
  const refused = run('--book', program, '--rules', 'a');
  assert.equal(refused.status, 1);
  assert.equal(JSON.parse(refused.stdout).code, 'E_JSON');
  const thirteen = [...Array(13)].map((_, i) => `r${i}`).join(',');
  for (const wrong of [thirteen, 'a,a']) {
    const { status, stderr } = run('--book', path, '--rules', wrong);
    assert.equal(status, 2);
    assert.match(stderr, /--rules takes up to 12/);
  }
  assert.equal(run('--book', path).status, 2);
});
