// WXWebAssembly: the only door to WebAssembly, and it takes nothing but a path in the package,
// outside of the folder of the workers, from which WeChat uploads scripts only.
import { native } from './native.js';
import { isOlder } from './profiles.js';

const BROTLI_SINCE = '2.14.0';

function checkPath(path, { baseLibrary }, workers) {
  if (typeof path !== 'string') {
    throw new TypeError('WXWebAssembly.instantiate: first argument must be a string');
  }
  if (/^[a-z]+:/i.test(path)) {
    throw new Error(`WXWebAssembly.instantiate: not a path in the package: ${path}`);
  }
  if (!/\.wasm(\.br)?$/.test(path)) {
    throw new Error('WXWebAssembly.instantiate: path must end with .wasm or .wasm.br');
  }
  if (/\.br$/.test(path) && isOlder(baseLibrary, BROTLI_SINCE)) {
    throw new Error('WXWebAssembly.instantiate: path must end with .wasm');
  }
  if (workers && path.replace(/^\//, '').startsWith(`${workers}/`)) {
    throw new Error(`WXWebAssembly.instantiate: file not found: ${path}`);
  }
}

async function load(path, imports, profile, workers) {
  checkPath(path, profile, workers);
  const response = await native.fetch(`/pkg/${path.replace(/^\//, '')}?wasm`);
  if (!response.ok) throw new Error(`WXWebAssembly.instantiate: file not found: ${path}`);
  const bytes = await response.arrayBuffer();
  const { instance } = await native.WebAssembly.instantiate(bytes, imports);
  const shown = Object.entries(instance.exports).filter(([, value]) =>
    // iOS gives out no exported Global.
    profile.exportedGlobals || !(value instanceof native.WebAssembly.Global));
  return { instance: { exports: Object.fromEntries(shown) } };
}

export function createWXWebAssembly(profile, workers) {
  const { Memory, Table, Global } = native.WebAssembly;
  return {
    // The caller gets the Promise of its own world, which a profile may have replaced.
    instantiate: (path, imports) => new Promise((resolve, reject) => {
      load(path, imports, profile, workers).then(resolve, reject);
    }),
    Memory,
    Table,
    Global,
  };
}
