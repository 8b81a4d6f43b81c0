// Fills demo/miniprogram/seed/, which is not committed: the shopper as a module, because WeChat
// drops most other file types at upload, a drawing of every product, and what both pages share
// (demo/shared) as one CommonJS module in ECMAScript 2017. The book is the server's, signed.
// The engine beside it, suanpan/, is put there by js/build/miniprogram.js.
//
//   node demo/fill_miniprogram.js
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { artUrl } from './h5/art.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const BANNER = '// Made by demo/fill_miniprogram.js; change its sources.';

// A page asks for a drawing by sku, so that no picture ever crosses setData.
function drawGoods(folder, { text, catalog }) {
  mkdirSync(folder);
  for (const { id } of catalog.skus) {
    const [, svg] = artUrl(text.skus[id].art).split(/,(.*)/s);
    writeFileSync(join(folder, `${id}.svg`), `${decodeURIComponent(svg)}\n`);
  }
}

// The package's own words and the engine are in the folder that mini-programs get already; of the
// recommendations only the few lines beside the engine are taken along.
function shareCode() {
  const { outputFiles: [{ text }] } = buildSync({
    stdin: { contents: ['cart', 'pricing', 'book', 'memory', 'member_card', 'orders']
      .map((name) => `export * from './${name}.js';`).join('\n'), resolveDir: join(here, 'shared') },
    bundle: true, write: false, format: 'cjs', platform: 'neutral', target: 'es2017',
    charset: 'utf8', legalComments: 'none', external: ['suanpan'],
    alias: { 'suanpan/recommend': fileURLToPath(import.meta.resolve('suanpan/recommend')) },
  });
  return text.replace(/require\("suanpan(\/view)?"\)/g, "require('../suanpan/miniprogram.js')");
}

export function fillMiniprogram(folder = join(here, 'miniprogram', 'seed')) {
  const read = (name) => readFileSync(join(here, 'seed', name), 'utf8');
  const write = (name, value) => writeFileSync(join(folder, name),
    `${BANNER}\nmodule.exports = ${JSON.stringify(value)};\n`);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  write('tea.member.js', JSON.parse(read('tea.member.json')));
  drawGoods(join(folder, 'art'), JSON.parse(read('tea.book.json')));
  writeFileSync(join(folder, 'shared.js'), `${BANNER}\n${shareCode()}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) fillMiniprogram();
