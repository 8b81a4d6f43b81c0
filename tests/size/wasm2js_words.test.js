// Each rule by which the twin's code is said in fewer words: what it makes, and where it must not
// be used.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ordered, parse, print } from '../../js/build/wasm2js_expression.js';
import { helpers, moves } from '../../js/build/wasm2js_memory.js';
import { shorter } from '../../js/build/wasm2js_shorter.js';

const again = (text) => print(parse(text));
const inOrder = (text) => print(ordered(parse(text)));
const lines = (...all) => all.join('\n');

// The body of a function of these lines, after all rules.
const body = (...all) => shorter(lines('function $9($0, $1) {', ...all, '}')).split('\n')
  .slice(1, -1);

test('an expression keeps its meaning when it is read and printed', () => {
  for (const text of ['$0 - ($1 - $2)', '$0 - $1 - $2', '($0 + $1) * $2', '!($0 | $1) & $2',
    '$0 = $1 = 2', '($0 = 1, $1) + 2', '($0 ? $1 : $2) ? 3 : $4 ? 5 : 6', '$9()', '$9($0, ($1, 2))',
    'HEAP32[HEAP32[$0 >> 2] + 4 >> 2] >>> 0 < 3', '- -$0', '-(-1)', '~~+$0', '$0 - (0 - 1.5)',
    '$0 << ($1 >>> 2) << 3', '$0 & ($1 == 2)', '(0, $1)(2)', '1e8 * 2.3e-10', '0 - ($0, 1)']) {
    assert.equal(again(again(text)), again(text));
    const [, ...values] = [0, 7, -3, 2 ** 31];
    const names = ['$0', '$1', '$2', '$3', '$4', '$9', 'HEAP32'];
    const run = (code) => new Function(...names, `return [${code}, $0, $1]`)(
      ...values, 5, 6, (...all) => all.length, new Int32Array(8));
    if (!text.startsWith('(0, $1)(')) assert.deepEqual(run(`(${again(text)})`), run(`(${text})`));
  }
  assert.equal(again('($0 + $1) + ($2)'), '$0 + $1 + $2');
  for (const wrong of ['$0 +', '$0 $1', '($0', '$0 @ 1', '"text"']) {
    assert.throws(() => again(wrong), /wasm2js output/, wrong);
  }
});

test('operands come in one order, but only where neither does anything', () => {
  assert.equal(inOrder('$0 > $1'), '$1 < $0');
  assert.equal(inOrder('$0 >>> 0 >= HEAP32[$1 >> 2] >>> 0'),
    'HEAP32[$1 >> 2] >>> 0 <= $0 >>> 0');
  assert.equal(inOrder('HEAP32[$0 >> 2] + $1 | 0'), '$1 + HEAP32[$0 >> 2] | 0');
  assert.equal(inOrder('Math_imul($0, 3) == $1'), '$1 == Math_imul($0, 3)');
  assert.equal(inOrder('$0 - -64 | 0'), '$0 + 64 | 0');
  for (const same of ['$0 > 4', '$0 + 4', '$9($0) > $1', '$9($0) + $1', '($0 = 1) + $0',
    'HEAP32[$0 >> 2] - $1', 'HEAP32[$0 >> 2] & $1', '$0 < $1', '$0 - 64']) {
    assert.equal(inOrder(same), same);
  }
});

test('memory that is changed is named once, but only where it is found once', () => {
  assert.equal(inOrder('HEAP32[$0 >> 2] = HEAP32[$0 >> 2] + 1'), 'HEAP32[$0 >> 2] += 1');
  assert.equal(inOrder('HEAP32[$0 >> 2] = $1 | HEAP32[$0 >> 2]'), 'HEAP32[$0 >> 2] |= $1');
  assert.equal(inOrder('HEAP32[$0 >> 2] = HEAP32[$0 >> 2] - ($1 - 2)'),
    'HEAP32[$0 >> 2] -= $1 - 2');
  assert.equal(inOrder('HEAP32[$0 >> 2] = HEAP32[$0 >> 2] + $9()'), 'HEAP32[$0 >> 2] += $9()');
  for (const same of ['HEAP32[$0 >> 2] = $1 - HEAP32[$0 >> 2]', '$0 = $0 + 1 | 0',
    'HEAP32[$0 >> 2] = HEAP32[$0 >> 2] - $1 - 2', 'HEAP8[$0] = HEAPU8[$0] | 1',
    'HEAP32[$9() >> 2] = HEAP32[$9() >> 2] + 1', 'HEAP32[$0 >> 2] = $9() + HEAP32[$0 >> 2]',
    'HEAP32[$0 >> 2] = HEAP32[$0 + 4 >> 2] + 1']) {
    assert.equal(inOrder(same), same);
  }
});

test('a number of 64 bits is copied by a call, but not through a base', () => {
  const copy = (waits, from, to) => moves(lines(`${waits} = HEAP32[${from} + 12 >> 2];`,
    `HEAP32[${to} >> 2] = HEAP32[${from} + 8 >> 2];`, `HEAP32[${to} + 4 >> 2] = ${waits};`));
  assert.equal(copy('$1', '$2', '$3'), '$1 = copy64($3, $2 + 8);');
  assert.doesNotMatch(copy('$2', '$2', '$3'), /copy64/);
  assert.doesNotMatch(copy('$3', '$2', '$3'), /copy64/);
  assert.doesNotMatch(moves(lines('$1 = HEAP32[$2 + 8 >> 2];', 'HEAP32[$3 >> 2] = HEAP32[$2 >> 2];',
    'HEAP32[$3 + 4 >> 2] = $1;')), /copy64/);
});

test('bytes that follow one another are read and written by a call', () => {
  const load = (last) => '$1 = HEAPU8[$0 + 4] | HEAPU8[$0 + 5] << 8 | '
    + `(HEAPU8[$0 + 6] << 16 | HEAPU8[$0 + ${last}] << 24);`;
  assert.equal(moves(load(7)), '$1 = loadBytes($0 + 4);');
  assert.equal(moves(load(8)), load(8));
  const store = (third, value) => lines('HEAP8[$0] = $1;', 'HEAP8[$0 + 1] = $1 >>> 8;',
    `HEAP8[$0 + ${third}] = $1 >>> 16;`, `HEAP8[$0 + 3] = ${value} >>> 24;`);
  assert.equal(moves(store(2, '$1')), 'storeBytes($0, $1);');
  assert.equal(moves(store(4, '$1')), store(4, '$1'));
  assert.equal(moves(store(2, '$2')), store(2, '$2'));
});

test('what a call gives is stored by a call, but not where it moves the base', () => {
  const given = (value) => `(wasm2js_i32$0 = $1, wasm2js_i32$1 = ${value}), `
    + 'HEAP32[wasm2js_i32$0 + 8 >> 2] = wasm2js_i32$1;';
  const upper = (at) => `HEAP32[$1 + ${at} >> 2] = i64toi32_i32$HIGH_BITS;`;
  assert.equal(moves(given('$9($1)')), 'store32($1 + 8, $9($1));');
  assert.equal(moves(given('$9($1 = 4)')), given('$9($1 = 4)'));
  assert.equal(moves(lines(given('$9()'), upper(12))),
    'store64($1 + 8, $9(), i64toi32_i32$HIGH_BITS);');
  assert.equal(moves(lines(given('$9()'), upper(16))), lines('store32($1 + 8, $9());', upper(16)));
});

test('the functions that are called do what the lines did', () => {
  const memory = new ArrayBuffer(64);
  const [words, bytes] = [new Int32Array(memory), new Uint8Array(memory)];
  const made = new Function('HEAP32', 'HEAP8', 'HEAPU8',
    `${helpers} return { copy64, store32, store64, loadBytes, storeBytes };`)(
    words, new Int8Array(memory), bytes);
  made.store64(8, 5, -1);
  assert.equal(made.copy64(16, 8), -1);
  // Where they overlap, the upper half is read first.
  assert.equal(made.copy64(12, 8), -1);
  assert.deepEqual([...words.slice(2, 6)], [5, 5, -1, -1]);
  made.store32(24, 2 ** 32 + 3);
  assert.equal(words[6], 3);
  made.storeBytes(33, -2);
  assert.equal(made.loadBytes(33), -2);
  assert.deepEqual([...bytes.slice(32, 38)], [0, 254, 255, 255, 255, 0]);
});

test('a carry goes into its sum, but not where it reads it or numbers may be rounded', () => {
  assert.deepEqual(body('$0 = $0 + $1 | 0', '$0 = $0 + ($1 >>> 0 < 7) | 0'),
    ['$0 = $0 + $1 + ($1 >>> 0 < 7) | 0;']);
  for (const two of [['$0 = $0 + $1 | 0;', '$0 = $0 + ($0 >>> 0 < 7) | 0;'],
    ['$0 = $0 / 3 | 0;', '$0 = $0 + ($1 >>> 0 < 7) | 0;'],
    ['$0 = ($0 / 3) + $1 | 0;', '$0 = $0 + ($1 >>> 0 < 7) | 0;'],
    ['$0 = $0 & $1 | 0;', '$0 = $0 + ($1 >>> 0 < 7) | 0;'],
    ['$0 = $0 + $1 | 0;', '$0 = $0 + ($9($1) | 0) | 0;'],
    ['$0 = $0 + $1 | 0;', '$1 = $1 + ($1 >>> 0 < 7) | 0;']]) {
    assert.equal(body(...two).length, 2, two.join(' '));
  }
});

test('only variables that nothing names are left out', () => {
  assert.deepEqual(body('var $2 = 0, $3 = 0, $21 = 0', '$21 = $0', 'return $21'),
    ['var $21 = 0;', '$21 = $0;', 'return $21;']);
  assert.deepEqual(body('var $2 = 0', 'return $0'), ['return $0;']);
});
