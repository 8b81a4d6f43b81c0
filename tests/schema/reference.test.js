// The reference of the rule language stands in two languages. They are kept in step here: the same
// sections, the same code, the same tables, and in each section the same quoted identifiers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { blocksOf, pairs, withBlocks, withTables } from '../../js/build/reference.js';
import * as codes from '../../js/generated/codes.js';

const read = (name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8');

// Sections with their level, their number if they have one, and their text without code blocks.
function sectionsOf(text) {
  const sections = [];
  for (const line of text.replace(/^```.*\n[^]*?^```$/gm, '').split('\n')) {
    const heading = /^(#+) ([\d.]*)/.exec(line);
    if (heading) sections.push({ level: heading[1].length, number: heading[2], text: '' });
    if (sections.length > 0) sections.at(-1).text += `${line}\n`;
  }
  return sections;
}

const unique = (list) => [...new Set(list)].sort();
const quotedOf = (text) => unique(text.match(/`[^`]+`/g) ?? []);
// Names of members that stand in a sentence or a formula without quotation marks. The rows of the
// tables of codes hold texts for people.
const namesOf = (text) => unique(text.replace(/^\|.*$|`[^`]+`/gm, '')
  .match(/[a-z]+(?:_[a-z0-9]+)+/g) ?? []);
const sumsOf = (text) => unique(text.match(/\d+\.\d\d/g) ?? []);
const headOf = ({ level, number }) => `${level} ${number}`;

// What a test of this file says of a pair of texts: a list of problems.
function compare(english, chinese) {
  const [en, zh] = [english, chinese].map(sectionsOf);
  const problems = [];
  const same = (what, a, b) => {
    const missing = (from, to) => from.filter((entry) => !to.includes(entry));
    const [left, right] = [missing(a, b), missing(b, a)];
    if (left.length > 0) problems.push(`${what}: only in English: ${left.join(' ')}`);
    if (right.length > 0) problems.push(`${what}: only in Chinese: ${right.join(' ')}`);
  };
  if (en.map(headOf).join() !== zh.map(headOf).join()) problems.push('the sections differ');
  en.forEach((section, index) => {
    const other = zh[index] ?? { text: '' };
    const where = section.text.slice(0, section.text.indexOf('\n'));
    same(`${where}, quoted`, quotedOf(section.text), quotedOf(other.text));
    same(`${where}, names`, namesOf(section.text), namesOf(other.text));
    same(`${where}, sums`, sumsOf(section.text), sumsOf(other.text));
  });
  const [code, translated] = [english, chinese].map(blocksOf);
  if (code.length !== translated.length) problems.push('not as many code blocks');
  else {
    code.forEach((block, index) => {
      if (block !== translated[index]) problems.push(`code block ${index + 1} differs`);
    });
  }
  const rows = (text) => text.match(/^\| `.*$/gm) ?? [];
  const cells = (text) => rows(text).map((row) => /^\| (`[^`]+`)/.exec(row)[1]);
  if (cells(english).join() !== cells(chinese).join()) problems.push('the rows of tables differ');
  return problems;
}

describe('the reference in two languages', () => {
  for (const [english, chinese] of pairs) {
    test(`${english} and ${chinese} say the same`, () => {
      assert.deepEqual(compare(read(english), read(chinese)), []);
      const [toChinese, toEnglish] = [chinese, english].map((name) => name.split('/').pop());
      assert.ok(read(english).includes(`](${toChinese})`), `${english} links to ${chinese}`);
      assert.ok(read(chinese).includes(`](${toEnglish})`), `${chinese} links to ${english}`);
    });
  }

  test('the switches have the same values and presets', () => {
    const rows = (name) => read(name).match(/^\| `[a-z_]+` \| [^|]+\|[^|]+\|[^|]+\|[^|]+\|$/gm);
    const [english, chinese] = pairs[0].map(rows);
    assert.ok(english.length >= 20);
    assert.deepEqual(chinese, english);
  });

  const stale = 'run node js/build/reference.js';
  test('the tables of codes and limits are those of the engine', () => {
    const [english, chinese] = pairs[0].map(read);
    assert.ok(english.includes('<!-- table: errors -->'));
    assert.ok(withTables(english, 'en', codes) === english, stale);
    assert.ok(withTables(chinese, 'zh', codes) === chinese, stale);
  });

  test('planted faults are found', () => {
    const text = '# A\n\n## 1. B\n\nOne `E_ID` and unit_price, 1.00.\n\n'
      + '```\na = 1\n```\n\n| `x` | 1 |\n';
    assert.deepEqual(compare(text, text.replace('One', '一个')), []);
    for (const [from, to] of [['`E_ID`', 'E'], ['unit_price', 'price'], ['1.00', '2.00'],
      ['a = 1', 'a = 2'], ['| `x`', '| `y`'], ['## 1.', '## 2.'], ['```\na = 1\n```\n', '']]) {
      assert.notDeepEqual(compare(text, text.replace(from, to)), [], from);
      assert.notDeepEqual(compare(text.replace(from, to), text), [], from);
    }
    assert.throws(() => withBlocks('```\n```\n', 'none'), /code blocks/);
    assert.throws(() => withTables('<!-- table: none -->\n<!-- /table -->', 'en', codes), /none/);
  });
});
