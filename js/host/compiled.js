// The module where WebAssembly is the standard's own, as in Node and in web pages.
import { checkExports, named } from '../ladder.js';

/**
 * { module, path } of what createEngine takes as `wasm`: bytes, a WebAssembly.Module, or a path or
 * URL that `read` makes bytes of.
 */
export async function compiled(wasm, read) {
  if (typeof WebAssembly === 'undefined') {
    throw named('NO_WEBASSEMBLY', new Error('this host has no WebAssembly'));
  }
  const path = typeof wasm === 'string' || wasm instanceof URL ? String(wasm) : null;
  const bytes = path === null ? wasm : await read(wasm).catch((cause) => {
    throw named('WASM_NOT_LOADED', cause);
  });
  const module = bytes instanceof WebAssembly.Module ? bytes : await WebAssembly.compile(bytes);
  checkExports(WebAssembly.Module.exports(module).map(({ name }) => name));
  return { module, path };
}
