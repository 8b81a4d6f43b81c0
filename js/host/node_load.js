// Where Node gets the module from.
import { readFile } from 'node:fs/promises';
import { checkExports, descend, modeOf, named } from '../ladder.js';
import { dist } from './node_files.js';
import { text } from './text.js';
import { instanceMaker } from './twin.js';

async function compile(wasm) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  const isPath = typeof wasm === 'string' || wasm instanceof URL;
  const bytes = isPath ? await readFile(wasm).catch((cause) => {
    throw named('WASM_NOT_LOADED', cause);
  }) : wasm;
  return WebAssembly.compile(bytes);
}

async function compiled(wasm) {
  const module = await compile(wasm);
  checkExports(WebAssembly.Module.exports(module).map(({ name }) => name));
  const path = typeof wasm === 'string' || wasm instanceof URL ? String(wasm) : null;
  return { path, start: () => new WebAssembly.Instance(module).exports };
}

const builds = {
  wasm: (wasm) => ({ reason: 'WASM_REFUSED', run: () => compiled(wasm) }),
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
