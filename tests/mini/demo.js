// The demo mini-program as the tests open it: its sources, the built engine and fresh seeds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillMiniprogram } from '../../demo/fill_miniprogram.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const { miniprogram } = require('../../package.json');

export const carts = require('../../demo/miniprogram/shop/cart.js');
export const firstLines = require('../../demo/miniprogram/shop/first_lines.js');

export const readSeed = (name) => readFileSync(join(top, 'demo', 'seed', name), 'utf8');
export const member = JSON.parse(readSeed('tea.member.json'));

let seedFolder = null;

/** Options of openMiniProgram. */
export function demo() {
  if (!seedFolder) {
    seedFolder = mkdtempSync(join(tmpdir(), 'suanpan-seed-'));
    fillMiniprogram(seedFolder);
    process.on('exit', () => rmSync(seedFolder, { recursive: true, force: true }));
  }
  return {
    root: join(top, 'demo', 'miniprogram'),
    files: {
      suanpan: join(top, miniprogram), seed: seedFolder,
      'suanpan/suanpan.wasm.br': join(top, 'miniprogram_optional', 'full', 'suanpan.wasm.br'),
    },
    viewport: { width: 375, height: 812 },
  };
}

export const artifact = (name) => join(top, 'build', 'artifacts', `mini-${name}.png`);
