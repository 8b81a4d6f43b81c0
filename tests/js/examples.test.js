// The worked examples of src/EXAMPLES.md: each of them gives what it says, in the module and in its
// JavaScript twin, and there is one for everything that a rule can say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { createEngine } from '../../js/node.js';
import { expand, readExamples } from './examples.js';

const examples = readExamples('src/EXAMPLES.md');
const chinese = readExamples('src/EXAMPLES.zh-CN.md');
const schema = JSON.parse(readFileSync(new URL('../../src/schema/book.json', import.meta.url)));

// Words without an example: the engine does not read them.
const plain = new Set(['rules title', 'rules grace_s']);

// What differs, or null: every member of a subset is there, arrays have the same length.
function findMismatch(expected, actual, path = '') {
  const isObject = (value) => value !== null && typeof value === 'object';
  const said = () =>
    `${path}: expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`;
  if (!isObject(expected)) return Object.is(expected, actual) ? null : said();
  const isArray = Array.isArray(expected);
  if (!isObject(actual) || Array.isArray(actual) !== isArray
      || (isArray && actual.length !== expected.length)) return said();
  return Object.keys(expected)
    .map((key) => findMismatch(expected[key], actual[key], `${path}/${key}`))
    .find((mismatch) => mismatch !== null) ?? null;
}

describe('worked examples', () => {
  const engines = [];
  before(async () => {
    engines.push(await createEngine(), await createEngine({ build: 'wasm2js' }));
  });
  after(() => engines.forEach((engine) => engine.dispose()));

  for (const { line, title, json } of examples) {
    for (const { name, book, request, expect } of expand(json)) {
      test(`${line} ${title}${name && `: ${name}`}`, async () => {
        const receipts = [];
        for (const engine of engines) {
          await engine.load(book, { unsignedBookForDevelopment: true });
          receipts.push(engine.quote(request));
        }
        assert.deepEqual(receipts[1], receipts[0]);
        const mismatch = findMismatch(expect, receipts[0]);
        assert.equal(mismatch, null, mismatch ?? '');
      });
    }
  }

  test('the Chinese page has the same', () => {
    assert.deepEqual(chinese.map(({ text }) => text), examples.map(({ text }) => text));
  });

  test('the text names the payable of each', () => {
    for (const name of ['EXAMPLES.md', 'EXAMPLES.zh-CN.md']) {
      const parts = readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8')
        .split(/^```json\n/m).slice(1);
      parts.forEach((part, index) => {
        const { title, json: { payable } } = examples[index];
        if (typeof payable !== 'number') return;
        const said = part.slice(part.indexOf('\n```')).split('\n#')[0];
        assert.ok(said.includes(`**${(payable / 100).toFixed(2)}**`), `${name}: ${title}`);
      });
    }
  });

  // A word of the language is a member in its place, such as `tags` in `for`, or the value of a
  // switch. Conditions inside conditions are in no place of their own, nor is what has an id for a
  // name; a filter is a scope.
  const within = (place, key) => {
    if (['groups', 'mall', 'member_cards'].includes(place)) return place;
    if (['all', 'any', 'not'].includes(key)) return place;
    return key === 'filter' ? 'scope' : key;
  };
  const wordsOfExamples = () => {
    const words = new Set();
    const visit = (value, place) => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, item] of Object.entries(value)) {
        if (!Array.isArray(value)) words.add(`${place} ${key}`);
        visit(item, Array.isArray(value) ? place : within(place, key));
      }
    };
    for (const { json } of examples) {
      visit({ ...json.with, rules: json.rules }, 'rules');
      const values = typeof json.payable === 'number' ? json.expect : json.payable;
      for (const value of json.switch ? Object.keys(values) : []) {
        words.add(json.switch === 'preset' ? 'rules preset' : `policy ${json.switch}`);
        words.add(`${json.switch}=${value}`);
      }
    }
    return words;
  };

  const wordsOfSchema = () => {
    const words = new Set();
    const seen = new Set();
    const visit = (value, place) => {
      if (value === null || typeof value !== 'object') return;
      if (value.$ref) {
        const at = `${place} ${value.$ref}`;
        if (seen.has(at)) return;
        seen.add(at);
        visit(schema.$defs[value.$ref.slice('#/$defs/'.length)], place);
      }
      for (const [key, item] of Object.entries(value.properties ?? {})) {
        words.add(`${place} ${key}`);
        visit(item, within(place, key));
      }
      for (const key of ['items', 'prefixItems', 'additionalProperties', 'allOf', 'oneOf', 'anyOf',
        'then', 'else']) {
        for (const item of [value[key]].flat()) visit(item, place);
      }
    };
    visit(schema.$defs.rules, 'rules');
    for (const [name, { type, enum: values }] of Object.entries(schema.$defs.policy.properties)) {
      for (const value of type === 'boolean' ? [true, false] : values ?? []) {
        words.add(`${name}=${value}`);
      }
    }
    return words;
  };

  test('there is one for every word of the language', () => {
    const have = wordsOfExamples();
    const missing = [...wordsOfSchema()].filter((word) => !have.has(word) && !plain.has(word));
    assert.deepEqual(missing, []);
  });
});
