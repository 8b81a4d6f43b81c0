// Makes what dist/ has beside the module:
//
//   cjs/                 js/ file by file as CommonJS, for `require`, with the same declarations
//   umd/suanpan.js       the web entry as one script with a global `suanpan`, for CDNs
//   *.d.mts, *.d.cts     declarations of the JavaScript twin
//
// File by file there is one SuanpanError whichever entries a program takes. Source maps point at
// js/, which the package carries.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './cmake.js';
import { put } from './put.js';

const js = join(root, 'js');
const dist = join(root, 'dist');

// Programs, the server and the file for a worker are no part of it.
const isLeftOut = (path) => /^(build|cli|server)\/|^worker\./.test(path);

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
  const ownFiles = join(cjs, 'host', 'node_files.js');
  for (const { path, contents } of outputFiles) {
    if (!path.startsWith(ownFiles)) put(path, contents);
  }
  for (const path of all.filter((name) => name.endsWith('.d.ts'))) {
    put(join(cjs, path), readFileSync(join(js, path)));
  }
  put(ownFiles, nodeFiles);
  put(join(cjs, 'package.json'), commonJs);
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
  put(join(dist, 'umd', 'package.json'), commonJs);
}

export async function buildDist() {
  await buildCommonJs();
  await buildUmd();
  for (const kind of ['cts', 'mts']) {
    put(join(dist, `suanpan.wasm2js.d.${kind}`), readFileSync(join(js, `twin.d.${kind}`)));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildDist();
