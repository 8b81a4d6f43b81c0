// The golden cases of recommendation and 凑单 through JavaScript: the module and its twin say what
// the cases say, byte for byte the same, and the schemas take what the engine takes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { createEngine } from '../../js/node.js';
import { readShelfCases } from '../cases/read_cases.js';
import { modelFile } from './model_file.js';

const cases = readShelfCases();
const schemaOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../src/schema/${name}.json`, import.meta.url), 'utf8'));

function includes(part, whole) {
  if (part === null || typeof part !== 'object') return Object.is(part, whole);
  if (Array.isArray(part) && part.length !== whole?.length) return false;
  return Object.keys(part).every((key) => whole && includes(part[key], whole[key]));
}

async function answerOf(engine, { bookText, model, history, recommend, topUp }) {
  await engine.load(bookText, { unsignedBookForDevelopment: true });
  try {
    if (model) engine.loadModel(modelFile(model));
    if (history) engine.setHistory(history);
    return topUp ? engine.topUp(topUp) : engine.recommend(recommend);
  } catch (error) {
    assert.equal(error.name, 'SuanpanError', error.stack);
    return JSON.parse(JSON.stringify(error));
  }
}

describe('golden cases of the shelf', () => {
  const answers = {};
  for (const build of ['wasm', 'wasm2js']) {
    test(build, async () => {
      // One engine a case: what an earlier one was told must not count.
      answers[build] = [];
      for (const one of cases) {
        const engine = await createEngine({ build });
        const answer = await answerOf(engine, one);
        engine.dispose();
        answers[build].push(JSON.stringify(answer));
        assert.ok(includes(one.expect || one.error, answer),
          `${one.file}: ${one.title}: ${JSON.stringify(answer)}`);
      }
    });
  }

  test('the builds answer with the same bytes', () => {
    assert.ok(answers.wasm.length > 20);
    assert.deepEqual(answers.wasm2js, answers.wasm);
  });

  test('a case that says something else fails', async () => {
    const engine = await createEngine();
    const first = cases.find(({ expect }) => expect?.items);
    const answer = await answerOf(engine, first);
    assert.ok(includes(first.expect, answer));
    assert.ok(!includes({ ...first.expect, segment: 'loyal' }, answer));
    const [top, ...rest] = first.expect.items;
    assert.ok(!includes({ items: [{ ...top, score: top.score + 1 }, ...rest] }, answer));
    engine.dispose();
  });
});

describe('schemas of the shelf', () => {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  ajv.addSchema(schemaOf('request'));
  const validators = Object.fromEntries(
    ['model', 'history', 'recommend', 'recommended', 'top_up', 'topped_up']
      .map((name) => [name, ajv.compile(schemaOf(name))]));
  const taken = (name, value) => validators[name](value)
    || ajv.errorsText(validators[name].errors);

  test('every good request, and every reply, is taken', async () => {
    const engine = await createEngine();
    for (const one of cases.filter(({ expect }) => expect)) {
      const answer = await answerOf(engine, one);
      const parts = [['model', one.model], ['history', one.history], ['recommend', one.recommend],
        ['top_up', one.topUp], [one.topUp ? 'topped_up' : 'recommended', answer]];
      for (const [name, value] of parts.filter(([, value]) => value !== undefined)) {
        assert.equal(taken(name, value), true, `${one.title}, ${name}`);
      }
      if (one.topUp) {
        assert.ok(!validators.topped_up({ ...answer, priced: -1 }));
        assert.ok(!validators.topped_up({ ...answer, singles: [{}] }));
      } else {
        assert.ok(!validators.recommended({ ...answer, segment: 'rich' }));
        assert.ok(!validators.recommended({ items: [{ sku: 'a', why: 'SO', score: 1 }] }));
      }
    }
    engine.dispose();
  });

  test('every wrong request is refused that is wrong without a book', () => {
    const byBook = new Set(['E_REFERENCE', 'E_CONFLICT', 'E_NO_MODEL']);
    for (const one of cases.filter(({ error }) => error && !byBook.has(error.code))) {
      const good = validators[one.topUp ? 'top_up' : 'recommend'](one.topUp || one.recommend)
        && (!one.history || validators.history(one.history));
      assert.ok(!good, one.title);
    }
  });
});
