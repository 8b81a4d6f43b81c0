// Where a web page gets the module from.
import { text } from './text.js';
import { fallBack } from './twin.js';

// Streaming compilation would refuse a server that does not know the type application/wasm.
async function fetchBytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

function instanceStarter(module) {
  return () => {
    try {
      return new WebAssembly.Instance(module).exports;
    } catch (error) {
      // Older Chromium instantiates more than 4 KB on the main thread asynchronously only.
      return WebAssembly.instantiate(module).then((instance) => instance.exports);
    }
  };
}

/**
 * wasm: path, bytes or WebAssembly.Module. fallback: () => the JavaScript twin or a promise of
 * it, taken when WebAssembly is missing (Lockdown Mode), the file can't be had, or the module is
 * refused (a Content-Security-Policy without 'wasm-unsafe-eval'); `mode.reason` says which.
 */
export async function webLoad({ wasm = './suanpan.wasm', fallback } = {}) {
  let reason = 'NO_WEBASSEMBLY';
  try {
    if (typeof WebAssembly === 'undefined') throw new Error('this host has no WebAssembly');
    let module = wasm;
    if (!(wasm instanceof WebAssembly.Module)) {
      const isPath = typeof wasm === 'string' || wasm instanceof URL;
      reason = 'WASM_NOT_LOADED';
      const bytes = isPath ? await fetchBytes(wasm) : wasm;
      reason = 'WASM_REFUSED';
      module = await WebAssembly.compile(bytes);
    }
    return { mode: { build: 'wasm', reason: null }, text, start: instanceStarter(module) };
  } catch (error) {
    const start = await fallBack(fallback, reason, error);
    return { mode: { build: 'wasm2js', reason }, text, start };
  }
}
