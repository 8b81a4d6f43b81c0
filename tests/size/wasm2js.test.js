// The JavaScript twin of the module: same shape, own memory for each instance, and it traps where
// binaryen's plain output would go on with garbage.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { root } from '../../js/build/cmake.js';
import { withoutStrings } from '../../js/build/miniprogram.js';
import { makeFactory, memoryPagesMax } from '../../js/build/wasm2js_factory.js';

const dist = (name) => join(root, 'dist', name);
const bytes = readFileSync(dist('suanpan.wasm'));
const esm = (await import(pathToFileURL(dist('suanpan.wasm2js.mjs')))).default;
const cjs = createRequire(import.meta.url)(dist('suanpan.wasm2js.cjs'));
const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

// What JavaScript sees of an instance: names and what kind of thing each of them is.
const shape = (exports) => Object.keys(exports).sort()
  .map((name) => `${name}: ${typeof exports[name]}`);

// Text in WebAssembly's S-expressions → the exports of its JavaScript twin.
function twinOf(text) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-twin-'));
  try {
    const at = (name) => join(folder, name);
    writeFileSync(at('m.wat'), text);
    execFileSync('wasm-opt', ['--stack-check', at('m.wat'), '-o', at('m.wasm')]);
    execFileSync('wasm2js', ['-Oz', at('m.wasm'), '-o', at('m.mjs')]);
    const factory = makeFactory(readFileSync(at('m.mjs'), 'utf8'),
      memoryPagesMax(readFileSync(at('m.wasm'))));
    return new Function(`${factory}return createInstance();`)();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('both files give the exports that the module gives', () => {
  assert.deepEqual(shape(esm()), shape(wasm));
  assert.deepEqual(shape(cjs()), shape(wasm));
});

test('each call of the factory makes an instance with a memory of its own', () => {
  const [one, two] = [esm(), esm()];
  new Uint8Array(one.memory.buffer)[200000] = 7;
  assert.equal(new Uint8Array(two.memory.buffer)[200000], 0);
  assert.equal(one.memory.buffer.byteLength, wasm.memory.buffer.byteLength);
});

test('memory grows with what is in it, and answers -1 when it can not', () => {
  const { memory } = esm();
  const before = memory.buffer;
  new Uint8Array(before)[100000] = 9;
  const pages = before.byteLength / 65536;
  assert.equal(memory.grow(3), pages);
  assert.equal(memory.buffer.byteLength, (pages + 3) * 65536);
  assert.equal(new Uint8Array(memory.buffer)[100000], 9);
  assert.equal(memory.grow(0), pages + 3);
  assert.equal(memory.grow(65536), -1);
  assert.equal(memory.grow(-1), -1);
  assert.equal(memory.buffer.byteLength, (pages + 3) * 65536);
});

test('a host without memory is -1 too', (t) => {
  const { memory } = esm();
  const real = globalThis.ArrayBuffer;
  t.after(() => {
    globalThis.ArrayBuffer = real;
  });
  globalThis.ArrayBuffer = function refuse() {
    throw new RangeError('Array buffer allocation failed');
  };
  assert.equal(memory.grow(1), -1);
});

test('a stack that runs over traps', () => {
  const twin = twinOf(`(module
    (memory (export "memory") 2 4)
    (global $sp (mut i32) (i32.const 65536))
    (func $deep (export "deep") (param $times i32) (result i32)
      (local $frame i32)
      (local.set $frame (i32.sub (global.get $sp) (i32.const 1024)))
      (global.set $sp (local.get $frame))
      (i32.store (local.get $frame) (local.get $times))
      (if (local.get $times)
        (then (drop (call $deep (i32.sub (local.get $times) (i32.const 1))))))
      (global.set $sp (i32.add (local.get $frame) (i32.const 1024)))
      (i32.load (local.get $frame))))`);
  assert.equal(twin.deep(60), 60);
  assert.throws(() => twin.deep(64));
  assert.deepEqual(Object.keys(twin).sort(), ['deep', 'memory']);
});

test('the files are ES2017 and ask the host for nothing', () => {
  for (const name of ['suanpan.wasm2js.mjs', 'suanpan.wasm2js.cjs']) {
    const text = readFileSync(dist(name), 'utf8');
    // esbuild rewrites newer syntax for its target, so text of ES2017 comes back with nothing new.
    const same = (target) => transformSync(text, { target, charset: 'utf8' }).code;
    assert.equal(same('es2017'), same('esnext'), name);
    // Its data is any bytes, among them the English words of the module.
    const code = withoutStrings(text);
    assert.doesNotMatch(code, /\bBigInt\b|\beval\b|new Function|\brequire\b|\bimport\b|\bfetch\b/);
    assert.doesNotMatch(code, /\bconsole\b|\bprocess\b|\bwindow\b|\bself\b|\bglobalThis\b/);
  }
});

test('output of another form stops the build', () => {
  assert.throws(() => makeFactory('import x from "x";\n', 4), /imports/);
  assert.throws(() => makeFactory('var retasmFunc = other();\n', 4), /stack pointer/);
});
