// Where a mini-program gets the module from: only from its own package, by path.
//
// Steps of the ladder and what their failure is called:
//   no platform           NO_WXWEBASSEMBLY before base library 2.13.0, Kuaishou, Baidu, QQ
//   …/suanpan.wasm.br     BR_REFUSED       before 2.14.0, or the file is elsewhere
//   …/suanpan.wasm        WASM_REFUSED     the optional file is not there
//   fallback              TWIN_NOT_LOADED
import { checkExports, descend, modeOf } from '../ladder.js';
import { text } from './own_text.js';
import { twinSteps } from './twin.js';

// The typings promise an Instance, running hosts give { instance }.
const instantiate = async (platform, path) => {
  const result = await platform.instantiate(path, {});
  const { exports } = result.instance || result;
  checkExports(Object.keys(exports));
  return exports;
};

const files = ['suanpan.wasm.br', 'suanpan.wasm'];

// A folder, which ends in '/', stands for the files in it: compressed ones first, in all folders.
function pathsOf(wasm) {
  const given = typeof wasm === 'string' ? [wasm] : wasm;
  const folders = given.filter((path) => path.endsWith('/'));
  return given.filter((path) => !path.endsWith('/'))
    .concat(...files.map((file) => folders.map((folder) => folder + file)));
}

async function runningAt(platform, path) {
  // The instance that proved the path is the first one used.
  let ready = await instantiate(platform, path);
  const start = () => {
    const exports = ready || instantiate(platform, path);
    ready = null;
    return exports;
  };
  return { build: 'wasm', path, start };
}

const noPlatform = {
  reason: 'NO_WXWEBASSEMBLY',
  run: async () => {
    throw new Error('no WebAssembly here');
  },
};

/**
 * wasm: a file or a folder in the package, or a list of them to try in turn. platform:
 * WXWebAssembly or its like (TTWebAssembly, MYWebAssembly). fallback: () => the JavaScript twin,
 * or a promise of it.
 */
export async function wxLoad({ wasm, platform, fallback }) {
  const { found, reasons } = await descend([
    ...(platform ? pathsOf(wasm).map((path) => ({
      path,
      reason: /\.br$/.test(path) ? 'BR_REFUSED' : 'WASM_REFUSED',
      run: () => runningAt(platform, path),
    })) : [noPlatform]),
    ...twinSteps(fallback),
  ]);
  const mode = modeOf(found.build, found.path, reasons);
  // Folders are looked through until one has the file: not that one, but the compressed file that
  // none had is what was wrong.
  if (found.build === 'wasm') {
    const isWorse = !/\.br$/.test(found.path) && reasons.some((r) => r.reason === 'BR_REFUSED');
    mode.reason = isWorse ? 'BR_REFUSED' : null;
  }
  return { mode, text, start: found.start };
}
