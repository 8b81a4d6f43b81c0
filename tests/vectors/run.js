// npm run vectors [-- --from FOLDER]
//
// Public test vectors, asked of the primitives as they stand in the module, natively, and of the
// node:crypto that servers use. The vectors are not in this repository: by default they are looked
// for in ../shared/vectors. Prints how many of each set passed where; a failure exits with 1.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { build, buildDir, root } from '../../js/build/cmake.js';
import { readAll } from './read.js';
import { nodeAnswer } from './node_answer.js';

export const defaultFolder = join(root, '..', 'shared', 'vectors');

/** A request of tests/vectors/answer.h. */
function requestOf({ what, fields }) {
  const sized = fields.flatMap((field) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(field.length);
    return [size, field];
  });
  return Buffer.concat([Buffer.from(what), ...sized]);
}

/** The replies of the module, and of the native program, to questions. */
export function wasmAnswers(asked) {
  build('wasm', { target: 'suanpan_wasm_vectors' });
  const module = new WebAssembly.Module(readFileSync(
    join(buildDir('wasm'), 'suanpan.vectors.wasm')));
  const { exports } = new WebAssembly.Instance(module);
  exports._initialize();
  const replyMax = 8192;
  return asked.map((one) => {
    const request = requestOf(one);
    const at = exports.sp_request(request.length + replyMax) >>> 0;
    new Uint8Array(exports.memory.buffer).set(request, at);
    const size = exports.vector_answer(at, request.length, at + request.length);
    return Buffer.from(exports.memory.buffer.slice(at + request.length,
      at + request.length + Math.max(0, size)));
  });
}

export function nativeAnswers(asked) {
  build('native', { target: 'vectors_native' });
  const input = Buffer.concat(asked.flatMap((one) => {
    const request = requestOf(one);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(request.length);
    return [size, request];
  }));
  const { stdout, status } = spawnSync(join(buildDir('native'), 'vectors_native'),
    { input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error('the native program failed');
  let at = 0;
  return asked.map(() => {
    const size = Math.max(0, stdout.readInt32LE(at));
    at += 4 + size;
    return stdout.subarray(at - size, at);
  });
}

/** [{ set, places: { wasm, native, node } }…], each { count, failed: [names] }. */
export function runVectors(folder) {
  const vectors = readAll(folder);
  const asked = vectors.flatMap(({ asked: requests }) => requests);
  const answers = {
    wasm: wasmAnswers(asked), native: nativeAnswers(asked), node: asked.map(nodeAnswer),
  };
  const sets = new Map();
  let at = 0;
  for (const { set, name, asked: requests, passes } of vectors) {
    const row = sets.get(set) ?? { set, places: {} };
    sets.set(set, row);
    for (const [where, all] of Object.entries(answers)) {
      const mine = all.slice(at, at + requests.length);
      const place = row.places[where] ??= { count: 0, failed: [] };
      // What node:crypto has no word for is null.
      if (mine.every((reply) => reply === null)) continue;
      place.count++;
      if (!passes(mine)) place.failed.push(name);
    }
    at += requests.length;
  }
  return [...sets.values()];
}

function main() {
  const { values } = parseArgs({ options: { from: { type: 'string', default: defaultFolder } } });
  if (!existsSync(values.from)) {
    console.log(`no vectors in ${values.from}: give their folder with --from`);
    return 2;
  }
  const rows = runVectors(values.from);
  for (const { set, places } of rows) {
    const told = Object.entries(places).filter(([, { count }]) => count > 0)
      .map(([where, { count, failed }]) => `${where} ${count - failed.length}/${count}`
        + `${failed.length > 0 ? ` (${failed[0]})` : ''}`);
    console.log(`${set.padEnd(26)} ${told.join('  ')}`);
  }
  const isGood = rows.every(({ places }) =>
    Object.values(places).every(({ failed }) => failed.length === 0));
  return isGood ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main();
