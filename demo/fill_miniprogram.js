// Fills demo/miniprogram/seed/, which is not committed: the book and the member as modules,
// because WeChat drops most other file types at upload, and a drawing of every product.
// The engine beside it, suanpan/, is put there by js/build/miniprogram.js.
//
//   node demo/fill_miniprogram.js
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { artUrl } from './h5/art.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const BANNER = '// Made from demo/seed/ by demo/fill_miniprogram.js; change it there.';

// A page asks for a drawing by sku, so that no picture ever crosses setData.
function drawGoods(folder, { text, catalog }) {
  mkdirSync(folder);
  for (const { id } of catalog.skus) {
    const [, svg] = artUrl(text.skus[id].art).split(/,(.*)/s);
    writeFileSync(join(folder, `${id}.svg`), `${decodeURIComponent(svg)}\n`);
  }
}

export function fillMiniprogram(folder = join(here, 'miniprogram', 'seed')) {
  const read = (name) => readFileSync(join(here, 'seed', name), 'utf8');
  const write = (name, value) => writeFileSync(join(folder, name),
    `${BANNER}\nmodule.exports = ${JSON.stringify(value)};\n`);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The book stays text: its digest is the hash of these very bytes on every host.
  const bookText = read('tea.book.json');
  write('tea.book.js', bookText);
  write('tea.member.js', JSON.parse(read('tea.member.json')));
  drawGoods(join(folder, 'art'), JSON.parse(bookText));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) fillMiniprogram();
