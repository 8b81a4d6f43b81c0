// Makes the folders for mini-programs.
//
//   miniprogram_dist/              what "Build npm" copies, and what is copied by hand without npm
//     index.js, miniprogram.js     engine, hosts, views and bindings
//     pricing.js                   the engine alone; a program takes the one or the other
//     suanpan.wasm.br              what runs, from base library 2.14.0 on
//     *.d.ts, licences
//   miniprogram_optional/          files to copy beside them, each only where it is wanted
//     suanpan.wasm                 for base library 2.13.0
//     suanpan.wasm2js.js           the JavaScript twin, for hosts without WebAssembly
//     suanpan.worker.js            the engine in a worker: a file for the `workers` folder
//
// demo/miniprogram/suanpan/ gets all of them. JavaScript is CommonJS in ECMAScript 2017.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { root } from './cmake.js';
import { put } from './put.js';

const dist = join(root, 'dist');
const js = join(root, 'js');
const target = 'es2017';
const options = { target, charset: 'utf8', legalComments: 'none', minify: true };

// Hosts lack these, or have something else under the name; iOS 13 has no BigInt.
const absent = [
  /\beval\s*\(/, /\bnew Function\b/, /\bimport\.meta\b/, /\bimport\s*\(/, /\bfetch\s*\(/,
  /\bText(En|De)coder\b/, /\bnew URL\b/, /\bcrypto\b/, /\b\d+n\b/, /\bBigInt\b/, /\.finally\s*\(/,
  /\bstructuredClone\b/, /\bqueueMicrotask\b/, /\bprocess\b/, /\brequire\s*\(/,
  // esbuild lowers syntax only; these came to the library after ES2017.
  /\.(flat|flatMap|fromEntries|matchAll|replaceAll|at|allSettled|hasOwn|trimStart|trimEnd)\(/,
  /\bglobalThis\b/,
];

// A declaration and those that it refers to, as { name: text }.
function declarationsFrom(name, found = {}) {
  if (found[name]) return found;
  found[name] = readFileSync(join(js, name), 'utf8');
  for (const [, other] of found[name].matchAll(/ from '\.\/([\w/]+)\.js'/g)) {
    declarationsFrom(`${other}.d.ts`, found);
  }
  return found;
}

/** The patterns of `absent` that a text has. */
export const forbiddenIn = (text) => absent.filter((pattern) => pattern.test(text)).map(String);

// What stands in a file that travels without the notices beside it.
function banner() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `// suanpan ${version}, Apache-2.0; what is compiled in: THIRD_PARTY_NOTICES.txt\n`;
}

async function bundle(name) {
  const { outputFiles } = await build({
    ...options, entryPoints: [join(js, name)], bundle: true, write: false, format: 'cjs',
    platform: 'neutral', logLevel: 'warning',
  });
  return outputFiles[0].text;
}

// The twin is ready but for its syntax, and for its size: without names and blanks it is 40 %.
async function twin() {
  const text = readFileSync(join(dist, 'suanpan.wasm2js.cjs'), 'utf8');
  return (await transform(text, options)).code;
}

async function scripts() {
  const texts = {
    'miniprogram.js': await bundle('miniprogram.js'),
    'pricing.js': await bundle('miniprogram_pricing.js'),
    'suanpan.worker.js': await bundle('worker.js'),
    'suanpan.wasm2js.js': await twin(),
  };
  for (const [name, text] of Object.entries(texts)) {
    const found = forbiddenIn(text);
    if (found.length > 0) throw new Error(`${name} has what mini-programs lack: ${found}`);
    texts[name] = banner() + text;
  }
  return texts;
}

function fill(folder, files) {
  for (const [name, content] of Object.entries(files)) put(join(folder, name), content);
  for (const name of readdirSync(folder)) {
    const isOurs = Object.keys(files).some((file) => file.split('/')[0] === name);
    if (!isOurs && !/\.\d+$/.test(name)) rmSync(join(folder, name), { recursive: true });
  }
}

export async function buildMiniProgram() {
  const texts = await scripts();
  const licences = {
    LICENSE: readFileSync(join(root, 'LICENSE')),
    'THIRD_PARTY_NOTICES.txt': readFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt')),
  };
  const defaults = {
    ...licences,
    'miniprogram.js': texts['miniprogram.js'],
    'pricing.js': texts['pricing.js'],
    'index.js': "module.exports = require('./miniprogram.js');\n",
    'index.d.ts': "export * from './miniprogram.js';\n",
    'pricing.d.ts': "export * from './miniprogram_pricing.js';\n",
    'suanpan.wasm.br': readFileSync(join(dist, 'suanpan.wasm.br')),
  };
  Object.assign(defaults, declarationsFrom('miniprogram.d.ts'));
  const optional = {
    ...licences,
    'suanpan.wasm': readFileSync(join(dist, 'suanpan.wasm')),
    'suanpan.wasm2js.js': texts['suanpan.wasm2js.js'],
    'suanpan.worker.js': texts['suanpan.worker.js'],
    'suanpan.wasm2js.d.ts': readFileSync(join(js, 'twin.d.cts')),
  };
  fill(join(root, 'miniprogram_dist'), defaults);
  fill(join(root, 'miniprogram_optional'), optional);
  fill(join(root, 'demo/miniprogram/suanpan'), { ...defaults, ...optional });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildMiniProgram();
