// The builds of the engine behind one shape, bytes in and bytes out: nothing is parsed on the way,
// so what the command line prints is what the engine wrote.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeLoad } from '../host/node_load.js';
import { enter } from '../module.js';

export const nativeProgram = fileURLToPath(new URL('../../build/native/suanpan', import.meta.url));
export const hasNativeProgram = () => existsSync(nativeProgram);

const magic = Buffer.from('SPB1');

// A copy: the next call overwrites the reply.
const bytes = { write: null, read: (view) => Buffer.from(view) };

/** build: 'wasm' | 'wasm2js'. Returns (verb, bytes) → { status, reply }. */
export async function rawEngine(build) {
  const { start } = await nodeLoad({ build });
  const exports = start();
  exports._initialize();
  return (verb, input) => enter(exports, verb, input, bytes);
}

/** The verb that loads these bytes. */
export const loadVerb = (book) =>
  (magic.equals(book.subarray(0, magic.length)) ? 'sp_book_open' : 'sp_book_load');
