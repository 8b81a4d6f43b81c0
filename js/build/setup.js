// Gets a machine ready and builds everything: `npm run build`; `npm start` and `npm test` begin
// with it. It needs nothing but Node, and a second run finds its work done.
//
// Programs that are missing are installed by apt where that is possible; elsewhere the command to
// run is printed and the exit code is 1.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync,
  readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, buildDir, root, run } from './cmake.js';
import { generate } from './generate.js';

const nodeWanted = [20, 19];

// A reason to stop that the reader can act on: printed without a stack trace.
class SetupError extends Error {}

function hasProgram(name) {
  return (process.env.PATH || '').split(delimiter).some((folder) => {
    try {
      const path = join(folder, name);
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function hasClangFuzzer() {
  const found = spawnSync('clang', ['-print-resource-dir'], { encoding: 'utf8' });
  if (found.status !== 0) return false;
  const folder = join(found.stdout.trim(), 'lib', 'linux');
  return existsSync(folder)
    && readdirSync(folder).some((name) => name.startsWith('libclang_rt.fuzzer-'));
}

const isDebian = hasProgram('apt-get');
const ownSources = process.env.SUANPAN_CJSON_SOURCE_DIR && process.env.SUANPAN_MBEDTLS_SOURCE_DIR;
const fetchesSources = !ownSources
  && !['cjson', 'mbedtls'].every((name) => existsSync(join(buildDir('deps'), name)));

// [Debian package, whether what we need of it is there]
const buildNeeds = [
  ['emscripten', () => hasProgram('emcc') && hasProgram('em-config')],
  ['binaryen', () => hasProgram('wasm2js') && hasProgram('wasm-opt')],
  ['brotli', () => hasProgram('brotli')],
  ['cmake', () => hasProgram('cmake')],
  ['make', () => hasProgram('make')],
  ['gcc', () => hasProgram('gcc')],
  ['g++', () => hasProgram('g++')],
  ['python3', () => hasProgram('python3')],
  ['libc6-dev', () => succeeds('gcc', ['-E', '-include', 'stdio.h', '-x', 'c', '/dev/null'])],
  ['dpkg-dev', () => !fetchesSources || hasProgram('dpkg-source')],
  ['debian-archive-keyring', () => !fetchesSources
    || existsSync('/usr/share/keyrings/debian-archive-keyring.gpg')],
];
// What only a part of the build needs: without it the rest is built, and CMake says what is not.
const buildWishes = [
  ['libopenblas-dev', () => !isDebian || succeeds('dpkg', ['-s', 'libopenblas-dev'])],
];
const testNeeds = [
  ['wabt', () => hasProgram('wasm-validate') && hasProgram('wasm-objdump')],
  ['binutils', () => hasProgram('nm')],
  ['clang', () => hasProgram('clang')],
  ['libclang-rt-14-dev', hasClangFuzzer],
  ['libjavascriptcoregtk-4.0-bin', () => hasProgram('jsc')],
  ['chromium', () => hasProgram('chromium')],
  ['webkit2gtk-driver', () => hasProgram('WebKitWebDriver')],
  ['xvfb', () => hasProgram('Xvfb') && hasProgram('xvfb-run')],
  ['xauth', () => hasProgram('xauth')],
  ['fonts-wqy-microhei', () => existsSync('/usr/share/fonts/truetype/wqy/wqy-microhei.ttc')],
];

function checkNode(version, where) {
  const [major, minor] = version.split('.').map(Number);
  const [majorMin, minorMin] = nodeWanted;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new SetupError(`Node ${nodeWanted.join('.')} or newer is needed; ${where} is ${version}. `
    + 'Debian 12 offers an older one: install a current Node and put it first on PATH.');
}

// apt knows its archive only after one update; the sources of src/deps.cmake come from there.
function aptKnowsArchive() {
  const targets = spawnSync('apt-get',
    ['indextargets', '--format', '$(LABEL)', 'Created-By: Packages'], { encoding: 'utf8' });
  return targets.status === 0 && /^Debian$/m.test(targets.stdout);
}

function installMissing(needs) {
  const missing = needs.filter(([, isThere]) => !isThere()).map(([name]) => name);
  const wantsUpdate = isDebian && fetchesSources && !aptKnowsArchive();
  if (missing.length === 0 && !wantsUpdate) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const commands = [['update'], ...(missing.length > 0 ? [install] : [])];
  if (!isDebian || process.getuid() !== 0) {
    const prefix = isDebian ? 'sudo apt-get' : 'apt-get';
    throw new SetupError(`These are missing: ${missing.join(' ') || "apt's list of packages"}\n`
      + (isDebian ? 'Run this, then try again:\n' : 'With the names that Debian gives them:\n')
      + commands.map((args) => `  ${prefix} ${args.join(' ')}`).join('\n'));
  }
  console.log(`Installing by apt: ${missing.join(' ') || '(the list of packages only)'}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of commands) {
    run('apt-get', ['-q', '-o', 'Acquire::Retries=3', ...args], { quiet: true, env });
  }
  const still = needs.filter(([, isThere]) => !isThere()).map(([name]) => name);
  if (still.length > 0) {
    throw new SetupError(`Installed, but still not usable: ${still.join(' ')}`);
  }
  // emscripten brings Debian's own Node along, which must not come before the one in use.
  const node = spawnSync('node', ['--version'], { encoding: 'utf8' });
  if (node.status === 0) checkNode(node.stdout.trim().slice(1), 'the first `node` on PATH');
}

// Headers that lie beside this Node and are its own need not be fetched for the compiler.
function nodeHeaders() {
  const folder = dirname(dirname(process.execPath));
  const header = join(folder, 'include', 'node', 'node_version.h');
  if (process.env.npm_config_nodedir || !existsSync(header)) return {};
  const text = readFileSync(header, 'utf8');
  const isOwn = process.versions.node.split('.').every((number, i) =>
    new RegExp(`NODE_${['MAJOR', 'MINOR', 'PATCH'][i]}_VERSION ${number}$`, 'm').test(text));
  return isOwn ? { npm_config_nodedir: folder } : {};
}

// npm's packages are installed anew when the lockfile is not the one they came from. It begins at
// once and takes one core where SQLite is compiled, so C is built meanwhile; resolves when they are
// there. What npm says is kept in a file and shown after a failure: nobody reads a pipe meanwhile.
function installPackages() {
  const stamp = join(root, 'node_modules', '.suanpan-lockfile');
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return Promise.resolve();
  // Where no build of SQLite for this Node can be fetched, it is compiled.
  console.log('Installing the npm packages of the lockfile (slow where SQLite is compiled)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev'];
  const [program, ...rest] = npm ? [process.execPath, npm, ...args] : ['npm', ...args];
  mkdirSync(buildDir('.'), { recursive: true });
  const said = buildDir('npm.txt');
  const file = openSync(said, 'w');
  const child = spawn(program, rest,
    { cwd: root, stdio: ['ignore', file, file], env: { ...process.env, ...nodeHeaders() } });
  const end = () => child.kill();
  process.on('exit', end);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', end);
      closeSync(file);
      if (code === 0) {
        writeFileSync(stamp, hash);
        resolve();
        return;
      }
      process.stderr.write(readFileSync(said));
      reject(new Error(`npm ${args.join(' ')}: ${signal || `exit ${code}`}`));
    });
  });
}

// What is made from the module and the package's own sources: [script, what it reads, what it
// makes]. A script runs when anything that it reads is newer than what it made.
const derived = [
  ['js/build/dist.js', ['js', 'dist/suanpan.wasm'], 'dist/cjs'],
  ['js/build/miniprogram.js', ['js', 'dist/suanpan.wasm'], 'miniprogram_dist'],
  ['demo/fill_miniprogram.js', ['demo/fill_miniprogram.js', 'demo/h5/art.js', 'demo/seed',
    'demo/shared', 'js/recommend'],
    'demo/miniprogram/seed'],
  ['demo/train_model.js', ['demo/train_model.js', 'demo/seed/tea.book.json', 'src/train'],
    'build/seed/tea.model'],
];

// The newest change below a path, 0 when nothing is there. A folder's own time counts too, because
// a file that was taken away leaves no other trace.
function newest(path) {
  const full = join(root, path);
  if (!existsSync(full)) return 0;
  const own = statSync(full);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(full).map((name) => newest(`${path}/${name}`)));
}

function buildDerived() {
  for (const [script, reads, makes] of derived) {
    if (Math.max(...reads.map(newest)) <= newest(makes)) continue;
    run(process.execPath, [join(root, script)], { quiet: true });
  }
}

async function timed(what, work) {
  const start = process.hrtime.bigint();
  await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (seconds >= 0.5) console.log(`${what}: ${seconds.toFixed(1)} s`);
}

function buildModule() {
  try {
    build('wasm', { target: 'dist' });
  } catch (error) {
    // Yesterday's module must not be mistaken for today's.
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    throw error;
  }
}

// forTests: also what only `npm test` needs.
export async function setup({ forTests = false } = {}) {
  checkNode(process.versions.node, 'this one');
  const wishes = isDebian && process.getuid() === 0 ? buildWishes : [];
  const needs = [...buildNeeds, ...wishes, ...(forTests ? testNeeds : [])];
  await timed('Programs', () => installMissing(needs));
  buildWishes.filter(([, isThere]) => !isThere()).forEach(([name]) =>
    console.log(`suanpan-train is left out of the build; it needs ${name}`));
  const packages = installPackages();
  // It may fail before anyone waits for it, and is waited for below.
  packages.catch(() => {});
  await timed('Native build', () => build('native'));
  generate(join(buildDir('native'), 'suanpan'), join(root, 'js', 'generated'));
  await timed('wasm build', buildModule);
  await timed('npm packages, after that', () => packages);
  await timed('Mini-program', buildDerived);
}

// A reason to act on is printed plainly, anything else in full.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await setup({ forTests: process.argv.includes('--tests') });
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exit(1);
  }
}
