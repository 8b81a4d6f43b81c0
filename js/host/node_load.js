// Where Node gets the module from.
import { readFile } from 'node:fs/promises';
import { descend, modeOf } from '../ladder.js';
import { compiled } from './compiled.js';
import { dist } from './node_files.js';
import { text } from './text.js';
import { instanceMaker } from './twin.js';

async function loaded(wasm) {
  const { module, path } = await compiled(wasm, (file) => readFile(file));
  return { path, start: () => new WebAssembly.Instance(module).exports };
}

const builds = {
  wasm: (wasm) => ({ reason: 'WASM_REFUSED', run: () => loaded(wasm) }),
  wasm2js: () => ({
    reason: 'TWIN_NOT_LOADED',
    run: async () => {
      const twin = new URL('twin/suanpan.wasm2js.mjs', dist);
      return { path: String(twin), start: instanceMaker(await import(twin)) };
    },
  }),
};

/** wasm: path, URL, bytes or WebAssembly.Module; build: 'wasm' or its JavaScript twin 'wasm2js'. */
export async function nodeLoad({ wasm = new URL('suanpan.wasm', dist), build = 'wasm' } = {}) {
  const step = builds[build] ? builds[build](wasm) : { reason: 'NO_SUCH_BUILD', run: async () => {
    throw new Error(`no such build: ${build}`);
  } };
  const { found, reasons } = await descend([step]);
  return { mode: modeOf(build, found.path, reasons), text, start: found.start };
}
