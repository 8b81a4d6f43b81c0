// What JSON would alter without a word is refused with the path to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { jsonOf } from '../../js/json.js';

const at = (code, path) => (error) => error.name === 'SuanpanError' && error.code === code
  && error.path === path && error.message !== '';

test('plain values pass as JSON.stringify has them', () => {
  const values = [{}, [], null, 'text', 0, -0, 1.5, true, { a: [1, { b: null }] }, '99.9', 2 ** 60,
    Object.create(null), { 算: '盘', 'a/b~c': '\ud83e\uddee' }, runInNewContext('({a: [{}]})')];
  for (const value of values) assert.equal(jsonOf(value), JSON.stringify(value));
});

test('what JSON can not say is E_TYPE with its path', () => {
  const bad = [NaN, Infinity, -Infinity, undefined, () => 1, Symbol('s'), 10n, new Date(0),
    new Map([[1, 2]]), new Set(), Object(5), new (class { get price() { return 1; } })()];
  for (const value of bad) {
    assert.throws(() => jsonOf(value), at('E_TYPE', ''));
    assert.throws(() => jsonOf({ lines: [{}, { qty: value }] }), at('E_TYPE', '/lines/1/qty'));
    assert.throws(() => jsonOf([0, value]), at('E_TYPE', '/1'));
  }
  assert.throws(() => jsonOf({ lines: [1, , 3] }), at('E_TYPE', '/lines/1'));
});

test('paths are escaped as RFC 6901 says', () => {
  assert.throws(() => jsonOf({ pins: { lines: { 'a/b~c': NaN } } }),
    at('E_TYPE', '/pins/lines/a~1b~0c'));
});

test('a circle ends', () => {
  const circle = { lines: [] };
  circle.lines.push(circle);
  assert.throws(() => jsonOf(circle), (error) => error.code === 'E_DEPTH');
});
