// The package as npm packs it: complete, well declared, and usable from a fresh folder.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, readFileSync, readdirSync,
  writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { formatMessage } from 'publint/utils';
import { publint } from 'publint';
import { budgets } from '../size/budgets.js';
import { installFresh, root, run } from './installed.js';

let place = null;
before(async () => {
  place = await installFresh();
});
after(() => place && place.remove());

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const inside = (...path) => join(place.folder, 'node_modules', 'suanpan', ...path);
const size = (path) => readFileSync(inside(path)).length;

// Every path that a value names, whatever the conditions around it.
const pathsIn = (value) => (typeof value === 'string' ? [value]
  : Object.values(value).flatMap(pathsIn));

test('it has everything that package.json names, and nothing of the workshop', () => {
  const { exports, bin, main, module, types, unpkg, jsdelivr } = manifest;
  const named = pathsIn([exports, bin, main, module, types, unpkg, jsdelivr])
    .filter((path) => !path.includes('*'));
  for (const path of named) assert.ok(existsSync(inside(path)), path);
  const paths = place.files.map(({ path }) => path);
  assert.deepEqual(paths.filter((path) =>
    /^(tests|demo|build|wasm|js\/build)\/|\.c$|\.h$|unfinished/.test(path)), []);
  for (const path of ['LICENSE', 'README.md', 'README.zh-CN.md', 'CHANGELOG.md',
    'dist/THIRD_PARTY_NOTICES.txt', 'dist/suanpan.wasm', 'miniprogram_dist/index.js']) {
    assert.ok(paths.includes(path), path);
  }
  assert.deepEqual(Object.keys(manifest.dependencies || {}), []);
});

test('no file knows the machine it was built on', () => {
  const texts = place.files.map(({ path }) => path).filter((path) => !/\.(br|wasm)$/.test(path));
  for (const path of texts) {
    assert.ok(!readFileSync(inside(path), 'utf8').includes(root), path);
  }
});

// What each of two linters says of a package folder, and of its tarball.
async function publintOf(pkgDir) {
  const { messages } = await publint({ pkgDir, pack: false, strict: true });
  return messages.map((message) => formatMessage(message, manifest));
}

function attwOf(tarball) {
  const cli = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  // The server is for Node alone, and what a Worker runs for bundlers, both as ES modules.
  return run(process.execPath, [cli, tarball, '--profile', 'node16',
    '--exclude-entrypoints', 'wasm', 'pricing.wasm', 'server', 'worker',
    '--format', 'ascii', '--no-color'],
  place.folder);
}

test('publint has nothing to say', async () => {
  assert.deepEqual(await publintOf(inside()), []);
});

test('attw has nothing to say', async () => {
  const { code, stdout, stderr } = await attwOf(place.tarball);
  assert.equal(code, 0, stdout + stderr);
  for (const entry of ['suanpan', 'suanpan/node', 'suanpan/view', 'suanpan/twin']) {
    assert.ok(stdout.includes(`"${entry}"`), `${entry}: ${stdout}`);
  }
});

test('both find what is planted: an ES module where CommonJS is promised', async () => {
  const folder = join(place.folder, 'planted');
  cpSync(inside(), folder, { recursive: true });
  const broken = { ...manifest, exports: { ...manifest.exports, '.': {
    import: { default: './js/index.js', types: './js/index.d.ts' },
    require: { types: './dist/cjs/index.d.ts', default: './js/index.js' },
  } }, scripts: {} };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(broken));
  assert.notDeepEqual(await publintOf(folder), []);
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error'],
    folder);
  const { code } = await attwOf(join(folder, JSON.parse(packed.stdout)[0].filename));
  assert.notEqual(code, 0);
});

for (const name of ['esm.mjs', 'cjs.cjs']) {
  test(`a program uses it: ${name}`, async () => {
    copyFileSync(join(root, 'tests', 'package', 'consumers', name), join(place.folder, name));
    const { code, stdout, stderr } = await run(process.execPath, [name], place.folder);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'fine\n');
  });
}

test('its program runs, also through npx', async () => {
  const npx = await run('npx', ['--no', '--offline', 'suanpan', '--help'], place.folder);
  assert.match(npx.stdout + npx.stderr, /suanpan quote/);
});

test('the script for CDNs leaves one global and does nothing by itself', async () => {
  const wasm = readFileSync(inside('dist/suanpan.wasm'));
  const code = readFileSync(inside('dist/umd/suanpan.js'), 'utf8');
  const globals = { TextEncoder, TextDecoder, URL, WebAssembly };
  const before = Object.keys(globals);
  runInNewContext(code, globals);
  assert.deepEqual(Object.keys(globals).filter((name) => !before.includes(name)), ['suanpan']);
  const engine = await globals.suanpan.createEngine({ wasm: await WebAssembly.compile(wasm) });
  assert.equal(engine.info().version, manifest.version);
});

test('source maps lead to files that are there', () => {
  const maps = place.files.map(({ path }) => path).filter((path) => path.endsWith('.map'));
  assert.ok(maps.length > 10);
  for (const path of maps) {
    for (const source of JSON.parse(readFileSync(inside(path), 'utf8')).sources) {
      assert.ok(existsSync(join(inside(path), '..', source)), `${path}: ${source}`);
    }
  }
  assert.deepEqual(maps.filter((path) => path.startsWith('miniprogram')), []);
});

// A script of miniprogram_dist and the others that it brings, which is what WeChat uploads.
function requiredBy(name, found = []) {
  if (found.includes(name)) return found;
  found.push(name);
  const text = readFileSync(inside('miniprogram_dist', name), 'utf8');
  for (const [, other] of text.matchAll(/require\("\.\/([\w.-]+)"\)/g)) requiredBy(other, found);
  return found;
}

test('it weighs no more than its budgets', (t) => {
  const br = size('miniprogram_dist/suanpan.wasm.br');
  const twin = 'miniprogram_optional/suanpan.wasm2js.js';
  const packed = (path) => brotliCompressSync(readFileSync(inside(path))).length;
  const sum = (names) => names.reduce((all, name) => all + size(`miniprogram_dist/${name}`), 0);
  const scripts = readdirSync(inside('miniprogram_dist')).filter((name) => name.endsWith('.js'));
  const weighed = {
    miniprogram_default: br + sum(requiredBy('index.js')),
    miniprogram_scripts: sum(scripts),
    twin: size(twin),
    twin_brotli: packed(twin),
    full_twin_brotli: packed('dist/twin/suanpan.wasm2js.mjs'),
  };
  t.diagnostic(JSON.stringify(weighed));
  for (const [name, bytes] of Object.entries(weighed)) {
    const most = budgets[`${name}_bytes_max`];
    assert.ok(bytes <= most, `${name}: ${bytes} of ${most}`);
  }
  assert.deepEqual(readdirSync(inside('miniprogram_dist')).filter((name) =>
    !/\.(js|d\.ts|br|txt)$|^LICENSE$|^types$|^package\.json$/.test(name)), []);
});
