// Makes what dist/ has beside the module:
//
//   cjs/                 js/ file by file as CommonJS, for `require`, with the same declarations
//   umd/suanpan.js       the web entry as one script with a global `suanpan`, for CDNs, and
//   umd/suanpan.worker.js   the engine for a Worker
//   es2017/              entries for bundlers that leave the syntax of packages as it is (uni-app)
//   twin/                the JavaScript twin: 40 % of what the build of the module left in dist/
//
// File by file there is one SuanpanError whichever entries a program takes. Source maps point at
// js/, which the package carries.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { root } from './cmake.js';
import { fill, put } from './put.js';

const js = join(root, 'js');
const dist = join(root, 'dist');

// Programs, the server and the file for a worker are no part of it.
const isLeftOut = (path) => /^(build|cli|server)\/|^(web_)?worker\./.test(path);

const commonJs = '{"type":"commonjs"}\n';

// A CommonJS file has no import.meta; this is the one place that asks where the package lies.
const nodeFiles = `'use strict';
const { pathToFileURL } = require('node:url');

exports.dist = pathToFileURL(\`\${__dirname}/../../\`);
`;

async function buildCommonJs() {
  const cjs = join(dist, 'cjs');
  const all = readdirSync(js, { recursive: true }).filter((path) => !isLeftOut(path));
  const { outputFiles } = await build({
    entryPoints: all.filter((path) => path.endsWith('.js')).map((path) => join(js, path)),
    outdir: cjs, outbase: js, format: 'cjs', platform: 'node', target: 'node20', charset: 'utf8',
    sourcemap: true, sourcesContent: false, logLevel: 'error', write: false,
  });
  const files = {};
  for (const { path, contents } of outputFiles) files[relative(cjs, path)] = contents;
  for (const path of all.filter((name) => name.endsWith('.d.ts'))) {
    files[path] = readFileSync(join(js, path));
  }
  delete files['host/node_files.js.map'];
  fill(cjs, { ...files, 'host/node_files.js': nodeFiles, 'package.json': commonJs });
}

async function buildUmd() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    entryPoints: [join(js, 'index.js')], write: false, outfile: join(dist, 'umd', 'suanpan.js'),
    bundle: true, format: 'iife', globalName: 'suanpan', target: 'es2018', charset: 'utf8',
    minify: true, sourcemap: true, sourcesContent: false, legalComments: 'none',
    banner: { js: `// suanpan ${version}, Apache-2.0` },
    footer: { js: "if (typeof module === 'object' && module.exports) module.exports = suanpan;\n"
      + "else if (typeof define === 'function' && define.amd) define([], () => suanpan);" },
  });
  for (const { path, contents } of outputFiles) put(path, contents);
  const worker = await build({
    entryPoints: [join(js, 'web_worker.js')], write: false, bundle: true, format: 'iife',
    target: 'es2018', charset: 'utf8', minify: true, legalComments: 'none',
  });
  put(join(dist, 'umd', 'suanpan.worker.js'),
    `// suanpan ${version}, Apache-2.0\n${worker.outputFiles[0].text}`);
  put(join(dist, 'umd', 'package.json'), commonJs);
}

// iOS 13 reads nothing newer, and not every framework lowers what it finds in node_modules.
async function buildEs2017() {
  const { outputFiles } = await build({
    entryPoints: { miniprogram: join(js, 'miniprogram.js'), vue: join(js, 'bind', 'vue.js'),
      react: join(js, 'bind', 'react.js') },
    outdir: join(dist, 'es2017'), outExtension: { '.js': '.mjs' }, chunkNames: 'shared-[hash]',
    bundle: true, splitting: true, format: 'esm', platform: 'neutral', target: 'es2017',
    external: ['react', 'vue'], charset: 'utf8', write: false,
  });
  fill(join(dist, 'es2017'), Object.fromEntries(
    outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, ''), text])));
}

async function buildTwin() {
  for (const kind of ['cjs', 'mjs']) {
    const text = readFileSync(join(dist, `suanpan.wasm2js.${kind}`), 'utf8');
    const options = { target: 'es2017', charset: 'utf8', minify: true };
    put(join(dist, 'twin', `suanpan.wasm2js.${kind}`), (await transform(text, options)).code);
    const declarations = kind.replace('js', 'ts');
    put(join(dist, 'twin', `suanpan.wasm2js.d.${declarations}`),
      readFileSync(join(js, `twin.d.${declarations}`)));
  }
}

export async function buildDist() {
  await buildCommonJs();
  await buildUmd();
  await buildEs2017();
  await buildTwin();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildDist();
