// The schema of an estimate takes what the engine takes, refuses what it can know to be wrong, and
// names what src/README.md names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import Ajv from 'ajv/dist/2020.js';

import { limits } from '../../js/generated/codes.js';
import { readEstimates } from '../cases/read_cases.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('src/schema/estimate.json'));
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false,
  strictRequired: false });
ajv.addSchema(JSON.parse(read('src/schema/request.json')));
const validate = ajv.compile(schema);
const cases = readEstimates();

test('every good request is taken', () => {
  for (const { title, estimate } of cases.filter(({ expect }) => expect)) {
    assert.ok(validate(estimate), `${title}: ${ajv.errorsText(validate.errors)}`);
  }
});

test('every wrong request is refused that needs no book to be known as wrong', () => {
  const byBook = new Set(['E_REFERENCE', 'E_OVERFLOW']);
  for (const { title, estimate } of cases.filter(({ error }) => error && !byBook.has(error.code))) {
    assert.ok(!validate(estimate), title);
  }
});

test('its names are those of section 9, its limits those of the engine', () => {
  const text = read('src/README.md');
  const section = text.slice(text.indexOf('\n## 9. '), text.indexOf('\n## 10. '));
  const words = new Set(text.match(/[a-z_]+/g));
  for (const name of Object.keys(schema.properties)) assert.ok(words.has(name), name);
  for (const card of schema.$defs.card.oneOf) {
    for (const name of Object.keys(card.properties)) assert.ok(section.includes(`"${name}"`), name);
  }
  assert.equal(schema.properties.skus.maxItems, limits.cards_max);
  assert.equal(schema.properties.cart.maxItems, limits.lines_max - 1);
});
