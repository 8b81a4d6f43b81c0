// Makes the folders for mini-programs.
//
//   miniprogram_dist/              what "Build npm" copies, and what is copied by hand without npm
//     index.js, suanpan.wasm.br    the engine: all that a shop needs to price by a signed book
//     async.js                     the engine in a worker, or at the server
//     view.js, client.js, recommend.js   what pages show; the cart that syncs; recommendation
//     miniprogram.js               all of it but recommendation, for a shop that takes it all
//     shared*.js                   what several of them use: each module is in one file
//     *.d.ts, types/, licences
//   miniprogram_optional/          files to copy beside them, each only where it is wanted
//     full/                        the module with protocol and recommendation, for client.js
//     suanpan.wasm                 for base library 2.13.0
//     suanpan.wasm2js.js           the JavaScript twin, for hosts without WebAssembly
//     suanpan.worker.js            the engine in a worker: a file for the `workers` folder
//
// WeChat leaves scripts that nobody requires out of what it uploads, and so do bundlers; a module
// always goes with the folder it lies in, so that only one is there by default.
//
// demo/miniprogram/suanpan/ is the folder of such a shop, with the module of full/. JavaScript is
// CommonJS in ECMAScript 2017; minified with all names: those of functions would be a twentieth of
// what a phone carries by default.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { root } from './cmake.js';
import { fill } from './put.js';

const dist = join(root, 'dist');
const js = join(root, 'js');
const options = { target: 'es2017', charset: 'utf8', legalComments: 'none', minify: true,
  platform: 'neutral' };

// Each entry of miniprogram_dist, and the module of js/ that it is.
const entries = {
  index: 'miniprogram_pricing', async: 'miniprogram_async', view: 'miniprogram_view',
  client: 'miniprogram_client', recommend: 'recommend/index',
};

// js/miniprogram.js over the files beside it.
const everything = `'use strict';
module.exports = Object.assign({},
  require("./index.js"), require("./view.js"), require("./client.js"));
`;
const declarationOf = (entry) => entries[entry].replace('/index', '');

// Hosts lack these, or have something else under the name; iOS 13 has no BigInt.
const absent = [
  /\beval\s*\(/, /\bnew Function\b/, /\bimport\.meta\b/, /\bimport\s*\(/, /\bfetch\s*\(/,
  /\bText(En|De)coder\b/, /\bnew URL\b/, /\bcrypto\b/, /\b\d+n\b/, /\bBigInt\b/, /\.finally\s*\(/,
  /\bstructuredClone\b/, /\bqueueMicrotask\b/, /\bprocess\b/,
  // Of other files only those beside it.
  /\brequire\s*\((?!"\.\/[\w.-]+"\))/,
  // esbuild lowers syntax only; these came to the library after ES2017. Not `...at(x)`.
  /(?<!\.)\.(flat|flatMap|fromEntries|matchAll|replaceAll|at)\(/,
  /(?<!\.)\.(allSettled|hasOwn|trimStart|trimEnd)\(/,
  /\bglobalThis\b/,
];

/** The patterns of `absent` that a text has. */
export const forbiddenIn = (text) => absent.filter((pattern) => pattern.test(text)).map(String);

// A declaration and those that it refers to, as { path in types/: text }.
function declarationsFrom(name, found) {
  const path = `types/${name}`;
  if (found[path]) return found;
  found[path] = readFileSync(join(js, name), 'utf8');
  for (const [, other] of found[path].matchAll(/ from '\.\/([\w/]+)\.js'/g)) {
    declarationsFrom(`${other}.d.ts`, found);
  }
  return found;
}

function declarations() {
  const found = { 'miniprogram.d.ts': "export * from './types/miniprogram.js';\n" };
  declarationsFrom('miniprogram.d.ts', found);
  for (const entry of Object.keys(entries)) {
    found[`${entry}.d.ts`] = `export * from './types/${declarationOf(entry)}.js';\n`;
    declarationsFrom(`${declarationOf(entry)}.d.ts`, found);
  }
  return found;
}

// What stands in a file that travels without the notices beside it.
function banner() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `// suanpan ${version}, Apache-2.0; what is compiled in: THIRD_PARTY_NOTICES.txt\n`;
}

// The names of the entries that need a file, by itself or by what it needs.
function usersOf(outputs, path) {
  return Object.keys(entries).filter((entry) => {
    const reached = [`${entry}.js`];
    for (const one of reached) {
      for (const { path: next } of outputs[one].imports) {
        if (!reached.includes(next)) reached.push(next);
      }
    }
    return reached.includes(path);
  });
}

// The entries as CommonJS files that share what they have in common. esbuild splits ES modules
// only, and names what is shared by its hash; a name that stays is made of who shares it.
async function entryScripts() {
  const { outputFiles, metafile } = await build({
    ...options, entryPoints: Object.fromEntries(
      Object.entries(entries).map(([entry, name]) => [entry, join(js, `${name}.js`)])),
    bundle: true, splitting: true, write: false, metafile: true, format: 'esm', outdir: root,
    absWorkingDir: root, chunkNames: '[hash]', logLevel: 'warning',
  });
  const names = {};
  for (const path of Object.keys(metafile.outputs)) {
    const users = usersOf(metafile.outputs, path);
    const isShared = metafile.outputs[path].entryPoint === undefined;
    const all = users.length === Object.keys(entries).length;
    names[path] = isShared ? `shared${all ? '' : `-${users.sort().join('-')}`}.js` : path;
  }
  const texts = {};
  for (const { path, text } of outputFiles) {
    const named = text.replace(/"\.\/([\w-]+\.js)"/g,
      (whole, name) => (names[name] ? `"./${names[name]}"` : whole));
    texts[names[basename(path)]] = asCommonJs(named);
  }
  return texts;
}

// `a as b` of an import is `a: b` of an object.
const members = (list) => list.replace(/([\w$]+) as ([\w$]+)/g, '$1:$2');
const turned = (list) => list.replace(/([\w$]+) as ([\w$]+)/g, '$2:$1');

// What esbuild makes of such a file carries half a KB of helpers for names whose values change and
// for modules that are half loaded; here there are none, and no file asks for one that asks for it.
function asCommonJs(text) {
  const code = text
    .replace(/\bimport\{([^}]*)\}from("[^"]*");/g,
      (whole, list, from) => `var{${members(list)}}=require(${from});`)
    .replace(/\bimport("[^"]*");/g, 'require($1);')
    .replace(/\bexport\{([^}]*)\};/, (whole, list) => `module.exports={${turned(list)}};`);
  if (/\b(import|export)\b/.test(withoutStrings(code))) throw new Error('not all is CommonJS');
  return code;
}

// A worker sees nothing but its own folder, so that it is one file.
async function workerScript() {
  const { outputFiles } = await build({
    ...options, entryPoints: [join(js, 'worker.js')], bundle: true, write: false, format: 'cjs',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

// The twin is ready but for its size: without names and blanks it is 40 %.
async function twinScript(name) {
  const text = readFileSync(join(dist, `${name}.wasm2js.cjs`), 'utf8');
  return (await transform(text, options)).code;
}

/** A script without what stands in quotes: a twin's data is any bytes. */
export const withoutStrings = (text) => text.replace(/(["'`])(?:\\[^]|(?!\1)[^\\])*\1/g, '""');

// Files by name, each with its banner, after a look at what they ask of the host.
function checked(texts) {
  for (const [name, text] of Object.entries(texts)) {
    const found = forbiddenIn(/wasm2js/.test(name) ? withoutStrings(text) : text);
    if (found.length > 0) throw new Error(`${name} has what mini-programs lack: ${found}`);
  }
  return Object.fromEntries(Object.entries(texts)
    .map(([name, text]) => [name, banner() + text]));
}

export async function buildMiniProgram() {
  const built = (name) => readFileSync(join(dist, name));
  const licences = {
    LICENSE: readFileSync(join(root, 'LICENSE')),
    'THIRD_PARTY_NOTICES.txt': built('THIRD_PARTY_NOTICES.txt'),
  };
  const twinDeclaration = readFileSync(join(js, 'twin.d.cts'));
  const defaults = {
    ...licences, ...declarations(), ...checked(await entryScripts()),
    'miniprogram.js': banner() + everything,
    // The package as a whole is of ES modules; these files are not.
    'package.json': '{"type":"commonjs"}\n',
    'suanpan.wasm.br': built('suanpan.miniprogram.wasm.br'),
  };
  const optional = {
    ...licences,
    ...checked({
      'suanpan.worker.js': await workerScript(),
      'suanpan.wasm2js.js': await twinScript('suanpan.miniprogram'),
    }),
    'suanpan.wasm': built('suanpan.miniprogram.wasm'),
    'suanpan.wasm2js.d.ts': twinDeclaration,
  };
  const full = {
    ...checked({ 'suanpan.wasm2js.js': await twinScript('suanpan') }),
    'suanpan.wasm': built('suanpan.wasm'),
    'suanpan.wasm.br': built('suanpan.wasm.br'),
    'suanpan.wasm2js.d.ts': twinDeclaration,
  };
  const inFull = Object.fromEntries(
    Object.entries(full).map(([name, content]) => [`full/${name}`, content]));
  fill(join(root, 'miniprogram_dist'), defaults);
  fill(join(root, 'miniprogram_optional'), { ...optional, ...inFull });
  fill(join(root, 'demo/miniprogram/suanpan'), { ...defaults, ...optional, ...full });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildMiniProgram();
