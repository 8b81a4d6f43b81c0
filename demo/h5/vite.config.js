// Builds the page into build/h5. The engine's module and the seeds go beside it unchanged: the
// page and demo/server.js must read the same bytes, because a receipt names its book by hash.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

const assets = {
  'suanpan.wasm': 'dist/suanpan.wasm',
  'suanpan.wasm.br': 'dist/suanpan.wasm.br',
  'seed/tea.book.json': 'demo/seed/tea.book.json',
  'seed/tea.member.json': 'demo/seed/tea.member.json',
};

const copyAssets = {
  name: 'copy-assets',
  generateBundle() {
    for (const [fileName, path] of Object.entries(assets)) {
      this.emitFile({ type: 'asset', fileName, source: readFileSync(join(root, path)) });
    }
  },
};

export default defineConfig({
  root: here,
  base: './',
  logLevel: 'warn',
  build: {
    // The JavaScript twin is a chunk of its own, fetched only where WebAssembly is missing.
    chunkSizeWarningLimit: 700,
    // Where a browser can't preload modules they come a little later.
    modulePreload: { polyfill: false },
    outDir: join(root, 'build', 'h5'), emptyOutDir: true, target: 'es2022',
  },
  plugins: [copyAssets],
});
