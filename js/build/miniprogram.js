// Makes the folder that a mini-program copies: dist/miniprogram/, and for the demo
// demo/miniprogram/suanpan/.
//
//   miniprogram.js           engine, view and binding in one CommonJS file, ECMAScript 2017
//   miniprogram.d.ts         with the declarations it refers to
//   index.js, index.d.ts     the same for those who install it by npm
//   suanpan.wasm.br          what runs; base library 2.14.0
//   suanpan.wasm             for base library 2.13.0; may be left out
//   suanpan.wasm2js.js       the JavaScript twin, for hosts without WebAssembly; may be left out
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { root } from './cmake.js';

const dist = join(root, 'dist');
const js = join(root, 'js');
const target = 'es2017';

// Hosts lack these, or have something else under the name; iOS 13 has no BigInt.
const absent = [
  /\beval\s*\(/, /\bnew Function\b/, /\bimport\.meta\b/, /\bimport\s*\(/, /\bfetch\s*\(/,
  /\bText(En|De)coder\b/, /\bnew URL\b/, /\bcrypto\b/, /\b\d+n\b/, /\bBigInt\b/, /\.finally\s*\(/,
  /\bstructuredClone\b/, /\bqueueMicrotask\b/, /\bprocess\b/, /\brequire\s*\(/,
];

// "Build npm" copies the folder to /miniprogram_npm/suanpan/, where the files have other paths.
const npmEntry = `// What require('suanpan') finds after "Build npm".
'use strict';

const suanpan = require('./miniprogram.js');

const folder = '/miniprogram_npm/suanpan/';
const wasm = [folder + 'suanpan.wasm.br', folder + 'suanpan.wasm'];

module.exports = Object.assign({}, suanpan, {
  createEngine: (options) => suanpan.createEngine(Object.assign({ wasm }, options)),
});
`;

/** The patterns of `absent` that a text has. */
export const forbiddenIn = (text) => absent.filter((pattern) => pattern.test(text)).map(String);

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(js, 'miniprogram.js')],
    bundle: true, write: false, format: 'cjs', platform: 'neutral', target, charset: 'utf8',
    legalComments: 'none', logLevel: 'warning', minify: true,
  });
  return outputFiles[0].text;
}

// The twin is ready but for its syntax, and for its size: without names and blanks it is 40 %.
async function twin() {
  const { code } = await transform(readFileSync(join(dist, 'suanpan.wasm2js.cjs'), 'utf8'),
    { target, minify: true, legalComments: 'none' });
  return code;
}

// By way of a second name: whoever reads the folder meanwhile finds the old file or the new one.
function put(path, content) {
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

export async function buildMiniProgram() {
  const files = {
    'miniprogram.js': await bundle(),
    'suanpan.wasm2js.js': await twin(),
  };
  for (const [name, text] of Object.entries(files)) {
    const found = forbiddenIn(text);
    if (found.length > 0) throw new Error(`${name} has what mini-programs lack: ${found}`);
  }
  for (const name of ['suanpan.wasm.br', 'suanpan.wasm']) {
    files[name] = readFileSync(join(dist, name));
  }
  const types = ['miniprogram', 'types', 'sync', 'view', 'generated/codes'];
  for (const name of types.map((type) => `${type}.d.ts`)) {
    files[name] = readFileSync(join(js, name));
  }
  files['index.js'] = npmEntry;
  files['index.d.ts'] = "export * from './miniprogram';\n";
  for (const folder of ['dist/miniprogram', 'demo/miniprogram/suanpan']) {
    for (const [name, content] of Object.entries(files)) put(join(root, folder, name), content);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildMiniProgram();
