import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fenFromYuan, yuan } from '../../js/node.js';

const is = (code) => (error) => error.name === 'SuanpanError' && error.code === code;

test('yuan to fen is exact', () => {
  const pairs = [['79.00', 7900], ['79', 7900], ['0', 0], ['0.1', 10], ['0.01', 1], ['19.99', 1999],
    ['1.15', 115], ['8.7', 870], ['9999999999999.99', 999999999999999]];
  for (const [text, fen] of pairs) assert.equal(fenFromYuan(text), fen, text);
});

test('what is not an amount in text is an error, never a guess', () => {
  for (const value of [79, 79.5, null, undefined, {}, [], true, 79n]) {
    assert.throws(() => fenFromYuan(value), is('E_TYPE'), String(value));
  }
  for (const text of ['', ' ', '79.', '.5', '-1', '+1', '1e3', '0x10', '79.001', '1,000', ' 79',
    '79 ', '79\n', '007', '７９', '¥79', 'NaN', '99999999999999']) {
    assert.throws(() => fenFromYuan(text), is('E_NUMBER'), JSON.stringify(text));
  }
});

test('fen to yuan and back', () => {
  const pairs = [[7900, '79.00'], [0, '0.00'], [-0, '0.00'], [5, '0.05'], [10, '0.10'],
    [-5, '-0.05'], [-12345, '-123.45'], [Number.MAX_SAFE_INTEGER, '90071992547409.91']];
  for (const [fen, text] of pairs) assert.equal(yuan(fen), text);
  for (let fen = 0; fen < 100000; fen += 7) assert.equal(fenFromYuan(yuan(fen)), fen);
});

test('only whole fen are written', () => {
  for (const [code, values] of [
    ['E_NUMBER', [1.5, NaN, Infinity, 2 ** 53]],
    ['E_TYPE', ['7900', null, undefined, 1n]],
  ]) {
    for (const value of values) assert.throws(() => yuan(value), is(code));
  }
});
