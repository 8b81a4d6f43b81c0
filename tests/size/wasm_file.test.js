// Reads the built module itself and says what is in it: what a phone downloads is what counts, not
// what the build was asked for.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync,
  writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { build, buildDir, root } from '../../js/build/cmake.js';
import { oneSegment } from '../../js/build/one_segment.js';
import { budgets } from './budgets.js';
import { readWasm } from './wasm_reader.js';

const stackBytes = 65536;
const pageBytes = 65536;
const wasmPath = join(root, 'dist', 'suanpan.wasm');
const bytes = readFileSync(wasmPath);
const compiled = new WebAssembly.Module(bytes);
const module = readWasm(bytes);

const ownNames = readFileSync(join(root, 'wasm', 'exports.txt'), 'utf8').split('\n')
  .filter(Boolean).map((name) => name.replace(/^_/, ''));
// wasm/README.md names what the toolchain adds, one a line: "- `name`: what for".
const toolNames = [...readFileSync(join(root, 'wasm', 'README.md'), 'utf8')
  .split('## Exports added by the toolchain')[1].split('\n## ')[0]
  .matchAll(/^- `(\w+)`/gm)].map(([, name]) => name);

test('the module imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(compiled), []);
});

test('the exports are exactly the listed ones', () => {
  const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
  assert.deepEqual(names.sort(), [...ownNames, ...toolNames].sort());
});

test('the pricing-only build is the same without protocol and recommendation', (t) => {
  const pricing = join(root, 'dist', 'suanpan.pricing.wasm');
  const small = new WebAssembly.Module(readFileSync(pricing));
  assert.deepEqual(WebAssembly.Module.imports(small), []);
  const names = WebAssembly.Module.exports(small).map(({ name }) => name);
  const more =
    /^sp_(root|note|enroll|sync|record|model)_|^sp_(book_verify|history|recommend|top_up)$/;
  const without = ownNames.filter((name) => !more.test(name));
  assert.equal(ownNames.length - without.length, 13);
  assert.deepEqual(names.sort(), [...without, ...toolNames].sort());
  const [all, alone] = [wasmPath, pricing].map((path) => readFileSync(`${path}.br`).length);
  t.diagnostic(`${alone} bytes with brotli; protocol and recommendation add ${all - alone}`);
  assert.ok(alone <= budgets.pricing_wasm_brotli_bytes_max, `${alone} bytes`);
  assert.ok(all - alone <= budgets.more_brotli_bytes_max, `${all - alone} bytes`);
});

test('the module of mini-programs prices by signed books and has no verb of a back office', (t) => {
  const [small, with_] = ['pricing', 'miniprogram'].map((name) =>
    new WebAssembly.Module(readFileSync(join(root, 'dist', `suanpan.${name}.wasm`))));
  assert.deepEqual(WebAssembly.Module.imports(with_), []);
  const names = (one) => WebAssembly.Module.exports(one).map(({ name }) => name).sort();
  // What a phone doesn't ask: refunds are a back office's, checking a book is its author's.
  const asked = names(small).filter((name) => !/^sp_(refund|check)$/.test(name));
  assert.equal(asked.length, names(small).length - 2);
  assert.deepEqual(names(with_), [...asked, 'sp_book_verify'].sort());
  const size = readFileSync(join(root, 'dist', 'suanpan.miniprogram.wasm.br')).length;
  t.diagnostic(`${size} bytes with brotli`);
});

test('no Global is exported', () => {
  const globals = WebAssembly.Module.exports(compiled).filter(({ kind }) => kind === 'global');
  assert.deepEqual(globals, []);
});

test('exported functions take and give i32 only', () => {
  for (const { name, kind, index } of module.exports) {
    if (kind !== 'function') continue;
    const { params, results } = module.functions[index];
    for (const type of [...params, ...results]) assert.equal(type, 'i32', name);
  }
});

test('the module is valid with every later feature of WebAssembly off', () => {
  const help = execFileSync('wasm-validate', ['--help'], { encoding: 'utf8' });
  const off = help.match(/--disable-[\w-]+/g);
  assert.ok(off.length >= 6, 'this wasm-validate can switch nothing off');
  const result = spawnSync('wasm-validate', [...off, wasmPath], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
});

test('the stack lies below all data', () => {
  assert.equal(module.globals[0].mutable, true);
  assert.equal(module.globals[0].value, stackBytes, 'the stack pointer starts at the top');
  for (const { offset } of module.segments) assert.ok(offset >= stackBytes, `data at ${offset}`);
});

test('memory starts small and can grow', () => {
  assert.equal(module.memories.length, 1);
  const [{ min, max }] = module.memories;
  assert.ok(min * pageBytes <= budgets.initial_memory_bytes_max, `${min} pages`);
  assert.ok(max === null || max > min, 'the memory can not grow');
});

// A memory with these segments: [address, text].
function memoryOf(segments) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-data-'));
  try {
    const at = (name) => join(folder, name);
    const data = segments.map(([address, text]) => `(data (i32.const ${address}) "${text}")`);
    writeFileSync(at('m.wat'), `(module (memory (export "m") 2) ${data.join(' ')})`);
    execFileSync('wasm-opt', [at('m.wat'), '-o', at('m.wasm')]);
    const plain = readFileSync(at('m.wasm'));
    const one = oneSegment(plain);
    const memory = (module_) => new Uint8Array(
      new WebAssembly.Instance(new WebAssembly.Module(module_)).exports.m.buffer);
    assert.deepEqual(memory(one), memory(plain));
    return readWasm(one).segments.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('data is one segment, and joining segments keeps every byte', () => {
  assert.equal(module.segments.length, 1);
  for (const first of [0, 63, 64, 127, 128, 8191, 8192, 65535]) {
    assert.equal(memoryOf([[first, 'abc'], [first + 40, 'de'], [first + 3000, 'x']]), 1);
  }
});

test('nothing but code and data is shipped', () => {
  assert.deepEqual(module.customs, []);
});

test('the brotli file is the module and keeps to its budget', (t) => {
  const unpacked = execFileSync('brotli', ['-d', '-c', `${wasmPath}.br`],
    { maxBuffer: 1 << 26 });
  assert.ok(unpacked.equals(bytes), 'dist/suanpan.wasm.br is of another build');
  const size = readFileSync(`${wasmPath}.br`).length;
  t.diagnostic(`${bytes.length} bytes, ${size} with brotli`);
  assert.ok(size <= budgets.wasm_brotli_bytes_max, `${size} bytes`);
});

test('libc brings no printf, scanf, float parser, malloc or locale', () => {
  build('wasm', { target: 'suanpan_wasm_named' });
  const named = readWasm(readFileSync(join(buildDir('wasm'), 'suanpan.named.wasm')));
  assert.deepEqual(named.codeSizes, module.codeSizes, 'the named module is another one');
  const names = Object.values(named.names);
  assert.ok(names.includes('sp_request'), 'the module has no names');
  // Our own strtod for integers may be there under its name; libc's stands on __floatscan.
  const heavy =
    /printf|scanf|floatscan|fmt_fp|strto(x|f|ld|l|ul)$|dlmalloc|emmalloc|sbrk|locale|__wasi/;
  assert.deepEqual(names.filter((name) => heavy.test(name)), []);
});

// The sources are copied and the third-party sources given by hand, so that no path is the same.
test('two folders build the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-elsewhere-'));
  try {
    const source = join(folder, 'another place');
    mkdirSync(source);
    for (const name of ['CMakeLists.txt', 'src', 'wasm', 'js/build']) {
      cpSync(join(root, name), join(source, name), { recursive: true });
    }
    writeFileSync(join(source, 'package.json'), '{"type":"module"}');
    const deps = join(folder, 'third party');
    cpSync(join(buildDir('deps'), 'cjson'), join(deps, 'cjson'), { recursive: true });
    for (const name of ['include', 'library', '3rdparty', 'LICENSE']) {
      cpSync(join(buildDir('deps'), 'mbedtls', name), join(deps, 'mbedtls', name),
        { recursive: true });
    }
    build('wasm', {
      source,
      folder: join(folder, 'build'),
      target: 'dist_whole',
      extra: ['-DSUANPAN_TESTS=OFF', `-DSUANPAN_DIST_DIR=${join(folder, 'dist')}`,
        `-DSUANPAN_CJSON_SOURCE_DIR=${join(deps, 'cjson')}`,
        `-DSUANPAN_MBEDTLS_SOURCE_DIR=${join(deps, 'mbedtls')}`],
    });
    for (const name of ['.wasm', '.wasm.br', '.wasm2js.mjs', '.wasm2js.cjs']) {
      const there = readFileSync(join(folder, 'dist', `suanpan${name}`));
      const here = readFileSync(join(root, 'dist', `suanpan${name}`));
      assert.ok(there.equals(here), `suanpan${name} differs`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a link that fails leaves no module behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-link-'));
  try {
    const output = join(folder, 'broken.wasm');
    const code = join(folder, 'broken.c');
    writeFileSync(code, 'int missing(int); int sp_verb(int n) { return missing(n); }\n');
    copyFileSync(wasmPath, output);
    const result = spawnSync(process.execPath, [join(root, 'js/build/link_or_remove.js'), output,
      '--', 'emcc', '-Oz', '--no-entry', '-sSTANDALONE_WASM=1', '-sEXPORTED_FUNCTIONS=_sp_verb',
      code, '-o', output], { encoding: 'utf8' });
    assert.notEqual(result.status, 0);
    assert.match(result.stderr, /undefined symbol: missing/);
    assert.equal(existsSync(output), false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
