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
import { makeFactory, memoryPagesMax, unasked } from '../../js/build/wasm2js_factory.js';

const dist = (name) => join(root, 'dist', name);
const bytes = readFileSync(dist('suanpan.wasm'));
const esm = (await import(pathToFileURL(dist('suanpan.wasm2js.mjs')))).default;
const cjs = createRequire(import.meta.url)(dist('suanpan.wasm2js.cjs'));
const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

// What JavaScript asks of an instance: names and what kind of thing each of them is.
const shape = (exports) => Object.keys(exports).filter((name) => !unasked.includes(name)).sort()
  .map((name) => `${name}: ${typeof exports[name]}`);

// Text in WebAssembly's S-expressions → the exports of its JavaScript twin.
function twinOf(text) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-twin-'));
  try {
    const at = (name) => join(folder, name);
    writeFileSync(at('m.wat'), text);
    execFileSync('wasm-opt', [at('m.wat'), '-o', at('m.wasm')]);
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

// Of what wasm2js_shorter.js says anew, each form by itself: the numbers are those of the module.
const forms = `(module
  (memory (export "memory") 1 2)
  (global $sp (mut i32) (i32.const 65536))
  (func (export "restore") (param $to i32) (global.set $sp (local.get $to)))
  (func (export "save") (result i32) (global.get $sp))
  (func $one (param $n i32) (result i32) (i32.sub (local.get $n) (i32.const 1)))
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (block $out
      (loop $again
        (br_if $out (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (local.get $n)))
        (br_if $out (i32.gt_s (local.get $sum) (i32.const 50)))
        (local.set $n (call $one (local.get $n)))
        (br $again)))
    (local.get $sum))
  (func (export "either") (param $n i32) (result i32)
    (block $end
      (block $small
        (br_if $small (i32.lt_u (local.get $n) (i32.const 10)))
        (i32.store (i32.const 16) (i32.const 7))
        (br_if $end (i32.lt_s (local.get $n) (i32.const 20)))
        (i32.store (i32.const 16) (call $one (local.get $n)))
        (br $end))
      (i32.store (i32.const 16) (i32.const 9)))
    (i32.load (i32.const 16)))
  (func (export "nested") (param $n i32) (result i32) (local $i i32) (local $found i32)
    (block $out
      (loop $again
        (block $next
          (br_if $next (i32.rem_u (local.get $i) (i32.const 3)))
          (local.set $found (local.get $i))
          (br_if $out (i32.ge_u (local.get $i) (local.get $n))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $i) (i32.const 100)))))
    (local.get $found))
  (func (export "carry") (param $low i32) (param $high i32) (result i32) (local $sum i64)
    (local.set $sum (i64.add (i64.const 0xffffffff) (i64.or
      (i64.extend_i32_u (local.get $low))
      (i64.shl (i64.extend_i32_u (local.get $high)) (i64.const 32)))))
    (i64.store (i32.const 8) (i64.sub (local.get $sum) (i64.const 0x100000001)))
    (i32.wrap_i64 (i64.shr_s (local.get $sum) (i64.const 32))))
  (func (export "next") (param $low i32) (param $high i32) (result i32) (local $sum i64)
    (local.set $sum (i64.add (i64.const 1) (i64.or
      (i64.extend_i32_u (local.get $low))
      (i64.shl (i64.extend_i32_u (local.get $high)) (i64.const 32)))))
    (i32.wrap_i64 (i64.shr_s (local.get $sum) (i64.const 32))))
  (func (export "choose") (param $a i32) (param $b i32) (result i32)
    (local.set $b (select
      (local.get $b) (i32.add (local.get $b) (i32.const 1)) (local.get $a)))
    (i32.store (i32.const 32) (local.get $b))
    (i32.rem_s (local.get $b) (i32.const 1000)))
  (func (export "less") (param $a i32) (param $b i32) (result i32)
    (i32.lt_s (local.get $a) (local.get $b)))
  (func (export "double") (param $n i32) (param $m i32) (result i32) (local $long i64)
    (local.set $long (i64.trunc_f64_s
      (f64.mul (f64.convert_i32_s (local.get $n)) (f64.convert_i32_s (local.get $m)))))
    (i64.store (i32.const 24) (local.get $long))
    (i32.add
      (i64.lt_s (local.get $long) (i64.const -7))
      (i64.gt_s (i64.div_s (local.get $long) (i64.const 3)) (i64.const 10))))
  (func (export "byte") (param $a i32) (param $b i32) (result i32)
    (i32.store8 (i32.add (local.get $a) (local.get $b)) (i32.const 5))
    (i32.load8_s (i32.add (i32.add (local.get $a) (local.get $b)) (i32.const 0)))))`;

test('what is said in fewer words answers the same, whatever numbers come in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-forms-'));
  try {
    writeFileSync(join(folder, 'm.wat'), forms);
    execFileSync('wasm-opt', [join(folder, 'm.wat'), '-O1', '-o', join(folder, 'm.wasm')]);
    const inWasm = new WebAssembly.Module(readFileSync(join(folder, 'm.wasm')));
    const one = new WebAssembly.Instance(inWasm).exports;
    const other = twinOf(forms);
    const numbers = [0, 1, 2, 9, 10, 15, 20, 31, 99, 2 ** 31 - 1, 2 ** 31, -2, -1, 2 ** 32 - 1];
    for (const name of ['loop', 'either', 'nested', 'carry', 'next', 'choose', 'less', 'double']) {
      for (const a of numbers) {
        for (const b of numbers) {
          const [wanted, got] = [one, other].map((exports) => exports[name](a, b) | 0);
          assert.equal(got, wanted, `${name}(${a}, ${b})`);
        }
      }
    }
    assert.equal(other.byte(200, -100), 5);
    const written = ({ memory }) => Buffer.from(memory.buffer).subarray(0, 99);
    assert.ok(written(other).equals(written(one)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
