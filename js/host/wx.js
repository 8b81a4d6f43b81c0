// Where a mini-program gets the module from: only from its own package, by path.
import { SuanpanError } from '../error.js';
import { text } from './own_text.js';
import { moduleFactory } from './twin.js';

// The typings promise an Instance, running hosts give { instance }.
function instantiate(platform, path) {
  return platform.instantiate(path, {}).then((result) => (result.instance || result).exports);
}

// The steps down, each with the reason why the one before could not be taken.
//   paths[0] is .wasm.br (base library 2.14.0 and later), paths[1] .wasm (2.13.0 and later).
async function firstThatStarts(platform, paths) {
  let reason = 'NO_WXWEBASSEMBLY';
  let cause = null;
  if (platform) {
    for (const path of paths) {
      try {
        return { path, reason: cause && reason, first: await instantiate(platform, path) };
      } catch (error) {
        reason = /\.br$/.test(path) ? 'BR_REFUSED' : 'WASM_REFUSED';
        cause = error;
      }
    }
  }
  return { path: null, reason, cause };
}

/**
 * wasm: the path in the package, or a list of paths to try in turn. platform: WXWebAssembly or its
 * like (TTWebAssembly). fallback: () => the JavaScript twin, or a promise of it.
 */
export async function wxHost({ wasm, platform, fallback }) {
  const paths = typeof wasm === 'string' ? [wasm] : wasm;
  const { path, reason, first, cause } = await firstThatStarts(platform, paths);
  if (path === null) {
    if (!fallback) {
      const message = `${reason}: ${(cause && (cause.message || cause.errMsg)) || paths.join(' ')}`;
      throw Object.assign(new SuanpanError('E_ENGINE', '', message), { reason, cause });
    }
    const start = moduleFactory(await fallback());
    return { mode: { build: 'wasm2js', path, reason }, text, start };
  }
  // The instance that proved the path is the first one used.
  let ready = first;
  const start = () => {
    const exports = ready || instantiate(platform, path);
    ready = null;
    return exports;
  };
  return { mode: { build: 'wasm', path, reason }, text, start };
}
