// node tests/cases/published.js MEANING    publishes the golden cases of a meaning
//
// A published meaning prices as it did, forever: its cases may be added to, never changed or taken
// away. published.json holds what each of them says, by meaning, file and title; prose may be
// edited. Publishing adds the cases of today and refuses while an older one has changed.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAllCases } from './read_cases.js';

const path = fileURLToPath(new URL('published.json', import.meta.url));
export const readPublished = () => JSON.parse(readFileSync(path, 'utf8'));

/** What a case says, without the words around it. */
function digestOf({ bookText, request, estimate, refund, expect, error, absent, ...shelf }) {
  const { model, history, recommend, topUp } = shelf;
  const asked = recommend || topUp ? [{ model, history, recommend, topUp }] : [];
  const said = JSON.stringify([bookText ?? null, request ?? null, estimate ?? null, refund ?? null,
    expect ?? null, error ?? null, absent, ...asked]);
  return createHash('sha256').update(said).digest('hex').slice(0, 32);
}

/** { "file: title": digest }; two cases of one name in a file would hide each other. */
export function digestsOf(cases) {
  const digests = {};
  for (const one of cases) {
    const name = `${one.file}: ${one.title}`;
    if (name in digests) throw new Error(`two cases are named ${name}`);
    digests[name] = digestOf(one);
  }
  return digests;
}

/** The names of published cases that are gone or say something else now. */
export const brokenPromises = (published, digests) =>
  Object.entries(published).filter(([name, digest]) => digests[name] !== digest)
    .map(([name]) => (name in digests ? `${name} says something else` : `${name} is gone`));

function publish(meaning) {
  const published = readPublished();
  const digests = digestsOf(readAllCases());
  const broken = Object.values(published).flatMap((cases) => brokenPromises(cases, digests));
  if (broken.length > 0) throw new Error(broken.join('\n'));
  published[meaning] = { ...published[meaning], ...digests };
  writeFileSync(path, `${JSON.stringify(published, null, 1)}\n`);
  console.log(`meaning ${meaning}: ${Object.keys(digests).length} cases`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , meaning] = process.argv;
  if (!/^[1-9]\d{0,3}$/.test(meaning ?? '')) {
    console.error('usage: node tests/cases/published.js MEANING');
    process.exitCode = 2;
  } else publish(meaning);
}
