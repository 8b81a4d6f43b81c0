// Turns binaryen's wasm2js output into a factory, as an ES module and as a CommonJS file.
//
//   node wasm2js_factory.js <raw.mjs> <module.wasm> <output without extension>
//
// The raw output is an ES module with one instance that lives from import on. After a trap the
// engine needs a fresh instance, and a what-if needs a second one, so here nothing runs at import
// and each call of the factory makes an instance with a memory of its own.
//
// A stack that runs over must trap as it does in wasm, where no address is below 0: whatever moves
// the stack pointer down is checked.
//
// Its memory.grow is replaced too: the raw one throws RangeError when the host has no memory and
// reports success when the limit is passed; WebAssembly's instruction answers -1 in both cases.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { local } from './wasm2js_expression.js';
import { helpers } from './wasm2js_memory.js';
import { shorter } from './wasm2js_shorter.js';

const page = 65536;

const growBody = (pagesMax) => `
function __wasm_memory_grow(pagesToAdd) {
pagesToAdd = pagesToAdd | 0;
var oldPages = __wasm_memory_size() | 0;
var newPages = oldPages + pagesToAdd;
if (pagesToAdd < 0 || newPages > ${pagesMax}) return -1;
if (pagesToAdd === 0) return oldPages;
var newBuffer;
try {
newBuffer = new ArrayBuffer(newPages * ${page});
} catch (e) {
return -1;
}
var newHEAP8 = new Int8Array(newBuffer);
newHEAP8.set(HEAP8);
HEAP8 = newHEAP8;
HEAP16 = new Int16Array(newBuffer);
HEAP32 = new Int32Array(newBuffer);
HEAPU8 = new Uint8Array(newBuffer);
HEAPU16 = new Uint16Array(newBuffer);
HEAPU32 = new Uint32Array(newBuffer);
HEAPF32 = new Float32Array(newBuffer);
HEAPF64 = new Float64Array(newBuffer);
buffer = newBuffer;
return oldPages;
}`;

// Replaces what the pattern finds, and refuses when it is not there exactly once: another version
// of binaryen prints other text, and that must stop the build rather than slip through.
function replaceOnce(text, what, pattern, replacement) {
  const found = text.match(new RegExp(pattern, pattern.flags + 'g'));
  if (!found || found.length !== 1) {
    throw new Error(`wasm2js output: expected ${what} once, found ${found ? found.length : 0}`);
  }
  return text.replace(pattern, () => replacement);
}

// A byte a character: base64 of text compresses much worse.
function asLiteral(bytes) {
  const hex = (character) => `\\x${character.charCodeAt(0).toString(16)}`;
  return JSON.stringify(bytes.toString('latin1'))
    .replace(/\\\\|\\u00/g, (found) => (found === '\\u00' ? '\\x' : found))
    .replace(/[\u007f-\u009f]/g, hex);
}

const putBody = `
function putBytes(bytes, from, text) {
for (var i = 0; i < text.length; i++) bytes[from + i] = text.charCodeAt(i);
}`;

// The data of the module, which wasm2js writes in base64 and in a piece for every few zeros: one
// piece compresses better.
function plainData(text) {
  const name = 'base64DecodeToExistingUint8Array';
  if (!text.includes(name)) return text;
  const decoder = / var base64ReverseLookup\b[^]*?\bfunction base64Decode[^]*?\n {2}\}/;
  const call = new RegExp(` *${name}\\(bufferView, (\\d+), "([^"]*)"\\);\n`, 'g');
  const pieces = [...text.matchAll(call)]
    .map(([, at, data]) => ({ at: Number(at), bytes: Buffer.from(data, 'base64') }));
  const from = Math.min(...pieces.map(({ at }) => at));
  const all = Buffer.alloc(Math.max(...pieces.map(({ at, bytes }) => at + bytes.length)) - from);
  for (const { at, bytes } of pieces) all.set(bytes, at - from);
  const put = `putBytes(bufferView, ${from}, ${asLiteral(all)});\n`;
  let isFirst = true;
  return replaceOnce(text, 'the decoder', decoder, putBody).replace(call, () => {
    const one = isFirst ? put : '';
    isFirst = false;
    return one;
  });
}

const frameBody = `
function stackFrame(size) {
size = global$0 - size | 0;
if (size < 0) abort();
global$0 = size;
return size;
}
`;

// Moves of the stack pointer: up as they are, down through stackFrame.
function checkedStack(text) {
  const down = new RegExp(
    String.raw`(${local}) = global\$0 (?:- |\+ -)(\d+) \| 0;\n\s*global\$0 = \1;`, 'g');
  const up = new RegExp(String.raw`^${local} (?:\+ |- -)\d+ \| 0$`);
  const saved = new RegExp(`^${local}$`);
  const checked = text.replace(down, '$1 = stackFrame($2);')
    .replace(/^( *)global\$0 = (.*);$/gm, (whole, indent, to) => {
      if (up.test(to)) return whole;
      if (saved.test(to)) return `${indent}stackFrame(global$0 - ${to} | 0);`;
      throw new Error(`wasm2js output: the stack pointer becomes ${to}`);
    });
  const trap = ' var abort = env.abort;';
  return replaceOnce(checked, 'the trap', /^ var abort = env\.abort;$/m,
    trap + frameBody + helpers);
}

// Exports of the module that nobody asks a twin for.
export const unasked = ['__indirect_function_table', '__errno_location', 'stackSave',
  'stackRestore', 'stackAlloc'];

const named = (name) => new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$&')}(?![\\w$])`, 'g');
const timesOf = (text, name) => text.match(named(name)).length;

// The text without what nothing in it asks for: methods of the table, exports, and then views of
// the memory, aliases and functions that are named where they stand alone. A minifier has to leave
// these, as a property could do anything when it is read.
function lean(text) {
  const row = (name) => new RegExp(`, ?\\n\\s*"${name}": [\\w$]+(?=,| *\\n)`);
  let out = text.replace(/^function Table\(ret\) \{[^]*?\n\}\n/m, '')
    .replace(/ Table\((\[.*\])\)/, ' $1');
  out = replaceOnce(out, 'the memory', /Object\.create\(Object\.prototype, \{[^]*?\n {2}\}\)/,
    '{ grow: __wasm_memory_grow, get buffer() { return buffer; } }');
  for (const name of unasked) out = out.replace(row(name), '');
  out = out.replace(/^ var (HEAP\w+) = new \w+\(buffer\);\n/gm, (whole, name) =>
    (out.includes(`${name}[`) ? whole : ''));
  out = out.replace(/^ *(HEAP\w+) = new \w+\(newBuffer\);\n/gm, (whole, name) =>
    (out.includes(` var ${name} =`) ? whole : ''));
  out = out.replace(/^ var (\w+) = (?:Math\.\w+|NaN|Infinity);\n/gm, (whole, name) =>
    (timesOf(out, name) > 1 ? whole : ''));
  return out.replace(/^ function ([\w$]+)\([^)]*\) \{\n[^]*?\n \}\n/gm, (whole, name) =>
    (timesOf(out, name) > 1 ? whole : ''));
}

// raw: text printed by wasm2js; pagesMax: the memory's limit. Returns the factory's source.
export function makeFactory(raw, pagesMax) {
  if (/^import\b/m.test(raw)) throw new Error('wasm2js output: the module has imports');
  // Data stands in strings of base64, where a digit and an n may meet by chance.
  const code = raw.replace(/"[^"\n]*"/g, '""');
  if (/\bBigInt\b|\d+n\b(?!_)/.test(code)) throw new Error('wasm2js output: it uses BigInt');
  let text = shorter(raw.replace(/^export var .*\n?/gm, ''));
  if (/^export\b/m.test(text)) throw new Error('wasm2js output: an export of an unknown form');
  if (!/^ var global\$0 = \d+;$/m.test(text)) throw new Error('wasm2js output: no stack pointer');
  text = replaceOnce(text, 'the instance', /var retasmFunc = asmFunc\(/,
    'var instance = asmFunc(');
  text = replaceOnce(text, 'memory.grow', / function __wasm_memory_grow\([\s\S]*?\n \}/,
    growBody(pagesMax));
  text = lean(plainData(checkedStack(text)));
  text = replaceOnce(text, 'the trap', /throw new Error\('abort'\)/,
    "throw new Error('unreachable')");
  // Indentation is a third of the file. The text has neither comments nor strings over two lines.
  text = text.replace(/^\s+/gm, '').replace(/[ ;]+$/gm, (end) => (end.includes(';') ? ';' : ''));
  return `function createInstance() {\n${text.trim()}\nreturn instance;\n}\n`;
}

// The limit of the module's memory in pages, read from its memory section (id 5).
export function memoryPagesMax(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = number();
    if (id !== 5) {
      at += size;
      continue;
    }
    number();
    const flags = number();
    number();
    return flags & 1 ? number() : page;
  }
  throw new Error('the module defines no memory');
}

function main([rawPath, wasmPath, output]) {
  if (!output) {
    console.error('usage: node wasm2js_factory.js <raw.mjs> <module.wasm> <output>');
    process.exit(2);
  }
  const factory = makeFactory(readFileSync(rawPath, 'utf8'),
    memoryPagesMax(readFileSync(wasmPath)));
  const head = '// suanpan.wasm as JavaScript: each call gives the exports of a fresh instance.\n';
  writeFileSync(`${output}.mjs`, `${head}${factory}export default createInstance;\n`);
  writeFileSync(`${output}.cjs`,
    `${head}'use strict';\n${factory}module.exports = createInstance;\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
