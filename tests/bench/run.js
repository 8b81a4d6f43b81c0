// `npm run bench -- [--json] [--ms N] [--orders N] [--host node|wasm2js|jsc]...`
//
// With --json one object a line: {name, host, verb?, n, median_us, p99_us?, bytes?}, then the
// sizes of the shipped files: {name, bytes, gzip, brotli}. Without it, a table. --orders is how
// many the model of recommendations is trained on.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync }
  from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { nodeLoad } from '../../js/host/node_load.js';
import { measureHost } from './measure.js';
import { trainedModel } from './model.js';
import { signedBooks } from './signed.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const clock = () => performance.now() * 1000;
const bytes = (input) => new TextEncoder().encode(input);

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Debian keeps it in PATH or below the library of one WebKitGTK or another.
function findJsc() {
  const libraries = '/usr/lib';
  const folders = (process.env.PATH || '').split(delimiter);
  const architectures = readdirSync(libraries, { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map(({ name }) => join(libraries, name));
  for (const folder of architectures) {
    folders.push(join(folder, 'webkit2gtk-4.0'), join(folder, 'webkit2gtk-4.1'));
  }
  return folders.map((folder) => join(folder, 'jsc')).find(isProgram);
}

async function runNode(build, name, ms, emit) {
  const host = await nodeLoad({ build });
  await measureHost(name, { ...host, bytes, signed: signedBooks(), model },
    clock, ms * 1000, emit);
}

async function runJsc(ms, emit) {
  const jsc = findJsc();
  if (!jsc) {
    emit({ name: 'jsc', skipped: 'not installed: libjavascriptcoregtk-4.0-bin' });
    return;
  }
  const { build } = await import('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-bench-'));
  try {
    const file = join(folder, 'bench.js');
    const array = (data) => `new Uint8Array([${[...data].join(',')}])`;
    const wasm = array(readFileSync(join(dist, 'suanpan.wasm')));
    const signed = signedBooks().map((one) =>
      `{...${JSON.stringify({ ...one, book: null })},book:${array(one.book)}}`);
    await build({
      entryPoints: [fileURLToPath(new URL('jsc_main.js', import.meta.url))],
      bundle: true, format: 'iife', target: 'es2017', outfile: file, logLevel: 'error',
      banner: { js: `const wasmBytes = ${wasm};\nconst signedBooks = [${signed}];\n`
        + `const model = ${model ? `{...${JSON.stringify({ ...model, bytes: null })},bytes:${
          array(model.bytes)}}` : null};` },
    });
    await linesOf(spawn(jsc, ['--useJIT=0', file, '--', String(ms)],
      { stdio: ['ignore', 'pipe', 'inherit'] }), emit);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linesOf(child, emit) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => emit(JSON.parse(line)));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`jsc: exit ${code}`))));
  });
}

// What phones load, in the form that they load.
const shipped = ['suanpan.wasm', 'suanpan.pricing.wasm', 'suanpan.miniprogram.wasm',
  'twin/suanpan.wasm2js.mjs', 'umd/suanpan.js'];

function emitSizes(emit) {
  for (const name of shipped) {
    const content = readFileSync(join(dist, name));
    emit({ name: `dist/${name}`, bytes: content.length,
      gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length });
  }
}

function printRow({ name, host, n, median_us: median, p99_us: p99, bytes: size, gzip, brotli,
  skipped, error }) {
  const number = (value, unit) => (value === undefined ? '' : `${value} ${unit}`).padStart(14);
  if (skipped || error) console.log(`${name}: ${skipped || error}`);
  else if (gzip) {
    console.log(name.padEnd(36) + number(size, 'B') + number(gzip, 'gzip')
      + number(brotli, 'br'));
  } else {
    console.log(name.padEnd(36) + host.padEnd(26) + number(median.toFixed(1), 'µs')
      + number(p99 && p99.toFixed(1), 'p99') + number(n, 'times') + number(size, 'B'));
  }
}

const hosts = {
  node: (ms, emit) => runNode('wasm', 'node', ms, emit),
  wasm2js: (ms, emit) => runNode('wasm2js', 'node, wasm2js', ms, emit),
  jsc: runJsc,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    ms: { type: 'string', default: '300' },
    orders: { type: 'string', default: '8000' },
    host: { type: 'string', multiple: true, default: Object.keys(hosts) },
  },
});
const model = trainedModel(Number(values.orders));
if (!model) console.error('no model to measure: the trainer needs OpenBLAS');
const emit = values.json ? (found) => console.log(JSON.stringify(found)) : printRow;
for (const host of values.host) await hosts[host](Number(values.ms), emit);
emitSizes(emit);
