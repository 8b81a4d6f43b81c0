// A page of a mini-program in a context that has what such a host has, and nothing of Node.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(root + path);

/**
 * { load(path), pages }: modules of the clone in a context that has ECMAScript, WXWebAssembly and
 * Page. 'suanpan' is what "Build npm" makes of it; `texts` gives modules that are no files.
 */
export function makeContext(texts = {}) {
  const module = new WebAssembly.Module(
    brotliDecompressSync(read('miniprogram_dist/suanpan.wasm.br')));
  const pages = [];
  const context = createContext({
    WXWebAssembly: {
      async instantiate(path) {
        if (path !== '/miniprogram_npm/suanpan/suanpan.wasm.br') throw new Error('no such file');
        return { instance: new WebAssembly.Instance(module) };
      },
    },
    Page: (page) => pages.push(page),
  });
  runInContext('delete globalThis.WebAssembly', context);
  const loaded = {};
  function load(path) {
    if (loaded[path]) return loaded[path].exports;
    loaded[path] = { exports: {} };
    const require = (name) => load(name.startsWith('.') ? posix.join(posix.dirname(path), name)
      : name.replace(/^suanpan$/, 'suanpan/index.js').replace(/^suanpan/, 'miniprogram_dist'));
    const code = path in texts ? texts[path] : read(path);
    runInContext(`(function (module, exports, require) {${code}\n})`, context)(
      loaded[path], loaded[path].exports, require);
    return loaded[path].exports;
  }
  return { load, pages };
}

// Page with its data, as far as these two use it: setData takes paths.
export function openPage(path, texts) {
  const { load, pages } = makeContext(texts);
  load(path);
  const [page] = pages;
  page.data = JSON.parse(JSON.stringify(page.data));
  page.setData = (changes) => {
    for (const [key, value] of Object.entries(JSON.parse(JSON.stringify(changes)))) {
      const steps = key.split(/[.[\]]+/).filter(Boolean);
      const last = steps.pop();
      steps.reduce((at, step) => at[step], page.data)[last] = value;
    }
  };
  return page;
}
