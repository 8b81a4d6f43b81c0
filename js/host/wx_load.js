// Where a mini-program gets the module from: only from its own package, by path.
import { text } from './own_text.js';
import { fallBack } from './twin.js';

// The typings promise an Instance, running hosts give { instance }.
function instantiate(platform, path) {
  return platform.instantiate(path, {}).then((result) => (result.instance || result).exports);
}

// Tries the paths in turn. `reason` is why the last one that failed did: BR_REFUSED before base
// library 2.14.0, NO_WXWEBASSEMBLY before 2.13.0.
async function firstThatStarts(platform, paths) {
  if (!platform) {
    return { reason: 'NO_WXWEBASSEMBLY', cause: new Error('this host has no WXWebAssembly') };
  }
  let reason = null;
  let cause = null;
  for (const path of paths) {
    try {
      return { path, reason, first: await instantiate(platform, path) };
    } catch (error) {
      reason = /\.br$/.test(path) ? 'BR_REFUSED' : 'WASM_REFUSED';
      cause = error;
    }
  }
  return { reason, cause };
}

/**
 * wasm: the path in the package, or a list of paths to try in turn. platform: WXWebAssembly or its
 * like (TTWebAssembly). fallback: () => the JavaScript twin, or a promise of it.
 */
export async function wxLoad({ wasm, platform, fallback }) {
  const paths = typeof wasm === 'string' ? [wasm] : wasm;
  const { path, reason, first, cause } = await firstThatStarts(platform, paths);
  if (!first) {
    const start = await fallBack(fallback, reason, cause);
    return { mode: { build: 'wasm2js', path: null, reason }, text, start };
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
