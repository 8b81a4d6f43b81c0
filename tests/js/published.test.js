// What has been published of a meaning stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenPromises, digestsOf, readPublished } from '../cases/published.js';
import { readAllCases } from '../cases/read_cases.js';

const digests = digestsOf(readAllCases());

test('every published case stands as it was', () => {
  for (const [meaning, cases] of Object.entries(readPublished())) {
    assert.deepEqual(brokenPromises(cases, digests), [], `meaning ${meaning}`);
  }
});

test('a case that is taken away, or says something else, is noticed', () => {
  const [first, second] = readAllCases();
  const published = digestsOf([first, second]);
  const other = { ...first, expect: { totals: { payable: 1 } } };
  assert.deepEqual(brokenPromises(published, digestsOf([first])),
    [`${second.file}: ${second.title} is gone`]);
  assert.deepEqual(brokenPromises(published, digestsOf([other, second])),
    [`${first.file}: ${first.title} says something else`]);
});

test('prose is not part of the promise', () => {
  const [first] = readAllCases();
  assert.deepEqual(digestsOf([{ ...first, line: first.line + 7 }]), digestsOf([first]));
});
