// Where Node gets the module from.
import { readFile } from 'node:fs/promises';
import { text } from './text.js';
import { cannotLoad, instanceMaker } from './twin.js';

const dist = new URL('../../dist/', import.meta.url);

async function compile(wasm) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  const isPath = typeof wasm === 'string' || wasm instanceof URL;
  return WebAssembly.compile(isPath ? await readFile(wasm) : wasm);
}

/** wasm: path, URL, bytes or WebAssembly.Module; build: 'wasm' or its JavaScript twin 'wasm2js'. */
export async function nodeLoad({ wasm = new URL('suanpan.wasm', dist), build = 'wasm' } = {}) {
  const mode = { build, reason: null };
  try {
    if (build === 'wasm2js') {
      const start = instanceMaker(await import(new URL('suanpan.wasm2js.mjs', dist)));
      return { mode, text, start };
    }
    if (build !== 'wasm') throw new Error(`no such build: ${build}`);
    const module = await compile(wasm);
    return { mode, text, start: () => new WebAssembly.Instance(module).exports };
  } catch (error) {
    throw cannotLoad(error);
  }
}
