// Where a web page gets the module from. What can fail is called
//
//   NO_WEBASSEMBLY    Lockdown Mode and the like took it away
//   WASM_NOT_LOADED   the file can't be had
//   WASM_REFUSED      a Content-Security-Policy without 'wasm-unsafe-eval', or not our file
//   TWIN_NOT_LOADED   the way down can't be had either
import { descend, modeOf } from '../ladder.js';
import { compiled } from './compiled.js';
import { text } from './text.js';
import { twinSteps } from './twin.js';

// Streaming compilation would refuse a server that does not know the type application/wasm.
async function fetchBytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

async function running(wasm) {
  const { module, path } = await compiled(wasm, fetchBytes);
  const start = () => {
    try {
      return new WebAssembly.Instance(module).exports;
    } catch (error) {
      // Older Chromium instantiates more than 4 KB on the main thread asynchronously only.
      return WebAssembly.instantiate(module).then((instance) => instance.exports);
    }
  };
  return { build: 'wasm', path, start };
}

/** wasm: path, bytes or WebAssembly.Module. fallback: () => the twin, or a promise of it. */
export async function webLoad({ wasm = './suanpan.wasm', fallback } = {}) {
  const { found, reasons } = await descend([
    { reason: 'WASM_REFUSED', run: () => running(wasm) },
    ...twinSteps(fallback),
  ]);
  return { mode: modeOf(found.build, found.path, reasons), text, start: found.start };
}
