// Configures and builds one CMake folder under build/, and runs its tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
// An old Node must get as far as our message about it, so this may be missing.
const jobs = String(os.availableParallelism ? os.availableParallelism() : os.cpus().length);
export const buildDir = (name) => join(root, 'build', name);

// Runs a program and throws when it fails; its output goes straight to the terminal unless
// `quiet`, when it is shown only after a failure.
export function run(command, args, { quiet = false, ...options } = {}) {
  const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const result = spawnSync(command, args, { cwd: root, stdio, encoding: 'utf8', ...options });
  if (result.error) throw new Error(`${command}: ${result.error.message}`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write((result.stdout || '') + (result.stderr || ''));
    throw new Error(`${command} ${args.join(' ')}: ${result.signal || `exit ${result.status}`}`);
  }
  return result.stdout || '';
}

// emcc's toolchain file lies beside emcc, wherever that was installed.
function emscriptenToolchain() {
  const home = run('em-config', ['EMSCRIPTEN_ROOT'], { quiet: true }).trim();
  return join(home, 'cmake', 'Modules', 'Platform', 'Emscripten.cmake');
}

// What each folder is configured with.
const configurations = {
  native: () => [],
  asan: () => ['-DSUANPAN_SANITIZE=ON'],
  fuzz: () => ['-DSUANPAN_FUZZ=ON', '-DCMAKE_C_COMPILER=clang'],
  wasm: () => [
    `-DCMAKE_TOOLCHAIN_FILE=${emscriptenToolchain()}`,
    `-DCMAKE_CROSSCOMPILING_EMULATOR=${process.execPath}`,
  ],
};

// Sources given by hand for systems that are not Debian (see src/deps.cmake).
function sourceOverrides() {
  return ['SUANPAN_CJSON_SOURCE_DIR', 'SUANPAN_MBEDTLS_SOURCE_DIR']
    .filter((name) => process.env[name])
    .map((name) => `-D${name}=${process.env[name]}`);
}

// True when the folder was configured by this clone with these arguments. CMake itself notices
// changed CMake files during the build, so a second configure would be lost time.
function isConfigured(folder, source, key) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache) || !existsSync(join(folder, 'Makefile'))) return false;
  const text = readFileSync(cache, 'utf8');
  return text.includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${source}\n`)
    && text.includes(`SUANPAN_SETUP_KEY:UNINITIALIZED=${key}\n`);
}

// name: one of the configurations. extra: more -D arguments; folder, source: for a second place.
export function build(name, { extra = [], folder = buildDir(name), source = root,
  target = null } = {}) {
  const key = [name, process.versions.node, ...sourceOverrides(), ...extra].join('|');
  if (!isConfigured(folder, source, key)) {
    rmSync(folder, { recursive: true, force: true });
    run('cmake', ['-S', source, '-B', folder, '-G', 'Unix Makefiles',
      `-DSUANPAN_SETUP_KEY=${key}`, ...configurations[name](), ...sourceOverrides(), ...extra],
    { quiet: true });
  }
  const args = ['--build', folder, '-j', jobs];
  run('cmake', target ? [...args, '--target', target] : args, { quiet: true });
}

// Builds a configuration and runs its CTest programs; more arguments go to ctest.
export function test(name, more = []) {
  build(name);
  run('ctest', ['--test-dir', buildDir(name), '--output-on-failure', '--no-tests=error',
    '-j', jobs, ...more]);
}

// node cmake.js build|test <configuration> [arguments for ctest]
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [verb, name, ...more] = process.argv.slice(2);
  try {
    if (!configurations[name] || !['build', 'test'].includes(verb)) {
      throw new Error('usage: node cmake.js build|test native|asan|fuzz|wasm');
    }
    if (verb === 'test') test(name, more);
    else build(name);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
