// What the engine says of an error, with what only the reader of files can add: the place where a
// text stops being JSON, and the words that a list of words has (src/schema).
import { readFileSync } from 'node:fs';
import { loadVerb } from './engines.js';
import { placeOfFault } from './json_place.js';

const schemaOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../src/schema/${name}.json`, import.meta.url), 'utf8'));

// A schema and all that it stands for.
function* variants(schema, root) {
  if (schema === undefined || typeof schema !== 'object') return;
  yield schema;
  if (schema.$ref) {
    const name = schema.$ref.replace('#/$defs/', '');
    yield* variants(root.$defs[name], root);
  }
  for (const list of [schema.anyOf, schema.oneOf, schema.allOf]) {
    for (const one of list ?? []) yield* variants(one, root);
  }
}

function* below(schema, key, root) {
  for (const one of variants(schema, root)) {
    if (one.properties && Object.hasOwn(one.properties, key)) yield one.properties[key];
    else if (one.items) yield one.items;
    else if (one.additionalProperties) yield one.additionalProperties;
  }
}

/** The words that may stand at a path of a value of this schema, [] where any or none may. */
export function wordsAt(name, path) {
  const root = schemaOf(name);
  let found = [root];
  for (const key of path.split('/').slice(1)) {
    found = [...new Set(found.flatMap((schema) => [...below(schema, key, root)]))];
  }
  const ends = found.flatMap((schema) => [...variants(schema, root)]);
  return [...new Set(ends.flatMap((end) => end.enum ?? []))];
}

/** What `saidOf` can look into of a book: nothing in one that is signed. */
export const textOfBook = (bytes) =>
  (loadVerb(bytes) === 'sp_book_load' ? { bytes, schema: 'book' } : null);

/**
 * An error of the engine, its message with what can be added. about: { bytes, schema? }: the JSON
 * that it is about, and the name of its schema; or null.
 */
export function saidOf(error, about) {
  if (about === null) return error;
  const { bytes, schema } = about;
  const { code, path, message } = error;
  const place = code === 'E_JSON' ? placeOfFault(bytes.toString()) : null;
  const words = code === 'E_RANGE' && schema ? wordsAt(schema, path) : [];
  const more = [...(place ? [`at ${place}`] : []),
    ...(words.length > 0 ? [`one of ${words.join(', ')}`] : [])];
  return more.length > 0 ? { ...error, message: [message, ...more].join(': ') } : error;
}
