// Compiles the demo with WeChat's own compiler, offline under the tourist's app id, as the DevTools
// do: with the engine as a copied folder, and with the engine as an npm package that "Build npm"
// brings. The compiler accepts a main package of any size, so its 2 MB are checked here.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fillMiniprogram } from '../../demo/fill_miniprogram.js';
import { buildMiniProgram } from '../../js/build/miniprogram.js';

const MAIN_PACKAGE_SIZE_MAX = 2 * 1024 * 1024;

const top = fileURLToPath(new URL('../../', import.meta.url));
const demo = join(top, 'demo', 'miniprogram');
const require = createRequire(import.meta.url);

let compiler;
let home;

before(async () => {
  // The compiler looks for a log folder of the DevTools' in the home folder.
  home = mkdtempSync(join(tmpdir(), 'suanpan-wechat-'));
  process.env.HOME = home;
  // And leaves empty folders where it is started.
  process.chdir(home);
  compiler = require('miniprogram-ci');
  // It would wait for the names of WeChat's servers and then go on with its own defaults.
  require('miniprogram-ci/dist/utils/request.js').request = async () => {
    throw new Error('offline');
  };
  await buildMiniProgram();
});
after(() => {
  process.chdir(top);
  rmSync(home, { recursive: true, force: true });
});

// The demo's sources in a folder of their own, changed by `prepare`.
function stage(name, prepare) {
  const folder = join(home, name);
  const isOurs = (from) => !/[\\/](seed|suanpan|node_modules|miniprogram_npm)$/.test(from);
  cpSync(demo, folder, { recursive: true, filter: isOurs });
  fillMiniprogram(join(folder, 'seed'));
  prepare(folder);
  return folder;
}

function openProject(folder) {
  const key = join(home, 'key.pem');
  writeFileSync(key, 'offline');
  const project = new compiler.Project({
    appid: 'touristappid', type: 'miniProgram', projectPath: folder, privateKeyPath: key,
    ignores: ['node_modules/**/*'],
  });
  // The real one is asked of WeChat's server, which knows no tourist.
  const { DefaultProjectAttr } = require('miniprogram-ci/dist/config/config.js');
  project.attr = async () => DefaultProjectAttr;
  return project;
}

const sizesOf = (files) => Object.fromEntries(Object.entries(files)
  .map(([name, content]) => [name, Buffer.byteLength(content)]));

async function contentsOf(folder) {
  const { setting } = JSON.parse(readFileSync(join(folder, 'project.config.json'), 'utf8'));
  return compiler.getCompiledResult({
    project: openProject(folder), version: '0.0.0', desc: '', setting, onProgressUpdate() {},
  });
}

const compile = async (folder) => sizesOf(await contentsOf(folder));

function assertFits(t, files) {
  const size = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  t.diagnostic(`${Object.keys(files).length} files, ${size} bytes of ${MAIN_PACKAGE_SIZE_MAX}`);
  assert.ok(size <= MAIN_PACKAGE_SIZE_MAX, `the main package has ${size} bytes`);
}

const copied = (folder) => cpSync(join(demo, 'suanpan'), join(folder, 'suanpan'),
  { recursive: true });

test('the demo compiles with the engine as a copied folder', async (t) => {
  const files = await compile(stage('copied', copied));
  for (const name of ['app.json', 'pages/cart/cart.wxml', 'pages/cart/cart.wxss']) {
    assert.ok(name in files || 'app-wxss.js' in files, `${name} is in the package`);
  }
  assert.ok(files['suanpan/suanpan.wasm.br'] > 0, Object.keys(files).join(' '));
  assertFits(t, files);
  // The compiler itself would let it pass.
  const large = { ...files, 'large.js': MAIN_PACKAGE_SIZE_MAX };
  assert.throws(() => assertFits(t, large), /the main package has/);
});

test('the project opens as it is', () => {
  const config = JSON.parse(readFileSync(join(demo, 'project.config.json'), 'utf8'));
  assert.equal(config.appid, 'touristappid');
  assert.ok(existsSync(join(demo, config.miniprogramRoot, 'app.json')));
  assert.match(config.libVersion, /^\d+\.\d+\.\d+$/);
  const [{ packageJsonPath, miniprogramNpmDistDir }] = config.setting.packNpmRelationList;
  assert.equal(config.setting.packNpmManually, true);
  assert.ok(existsSync(join(demo, packageJsonPath)));
  assert.equal(miniprogramNpmDistDir, './');
});

// What a shop that installs the package does: dependency, "Build npm", require('suanpan').
function installed(folder) {
  const { version, miniprogram } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'),
    JSON.stringify({ ...own, dependencies: { suanpan: version } }));
  const inside = join(folder, 'node_modules', 'suanpan');
  mkdirSync(inside, { recursive: true });
  cpSync(join(top, 'package.json'), join(inside, 'package.json'));
  cpSync(join(top, miniprogram), join(inside, miniprogram), { recursive: true });
  for (const name of ['shop/suanpan.js', 'shop/client.js', 'seed/shared.js']) {
    const script = join(folder, name);
    const source = readFileSync(script, 'utf8');
    writeFileSync(script, source.replace("'../suanpan/miniprogram.js'", "'suanpan/miniprogram.js'")
      .replace("require('../suanpan/suanpan.wasm2js.js')", 'null'));
  }
}

test('"Build npm" brings the engine with its wasm', async (t) => {
  const folder = stage('npm', installed);
  const warnings = await compiler.packNpm(openProject(folder), { reporter() {} });
  assert.deepEqual(warnings, []);
  const files = await compile(folder);
  assert.ok(files['miniprogram_npm/suanpan/suanpan.wasm.br'] > 0, Object.keys(files).join(' '));
  assertFits(t, files);
});

// An app that only prices, of the package that "Build npm" brought.
function bare(folder) {
  installed(folder);
  const config = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8'));
  const pages = ['pages/cart/cart'];
  const script = join(folder, 'pages', 'cart', 'cart.js');
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ ...config, pages }));
  writeFileSync(join(folder, 'app.js'), 'App({});\n');
  writeFileSync(script, "require('suanpan').createEngine();\nPage({});\n");
}

test('scripts that no page requires stay behind at upload, the module goes', async (t) => {
  const folder = stage('bare', bare);
  await compiler.packNpm(openProject(folder), { reporter() {} });
  const { filterUnusedFile } = require('miniprogram-ci/dist/ci/utils/filterUnusedFile.js');
  const files = sizesOf(await filterUnusedFile(false, openProject(folder),
    await contentsOf(folder)));
  const ours = Object.keys(files).filter((name) => name.startsWith('miniprogram_npm/suanpan/'))
    .map((name) => name.replace(/^.*\//, ''));
  t.diagnostic(ours.join(' '));
  // Declarations and licences are of types that WeChat does not upload.
  assert.deepEqual(ours.filter((name) => !name.startsWith('shared')).sort(),
    ['index.js', 'suanpan.wasm.br']);
});
