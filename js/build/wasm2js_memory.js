// What wasm2js prints over several lines to move a number, as one call. Numbers of 64 bits are two
// of 32 to it, one whose address may be odd is four bytes, and what a call gives waits in variables
// of its own until the address is known.

import { local } from './wasm2js_expression.js';

// The functions that are called, beside the memory.
export const helpers = `
function copy64(to, from) {
var high = HEAP32[from + 4 >> 2];
HEAP32[to >> 2] = HEAP32[from >> 2];
HEAP32[to + 4 >> 2] = high;
return high;
}
function store32(to, value) {
HEAP32[to >> 2] = value;
}
function store64(to, low, high) {
HEAP32[to >> 2] = low;
HEAP32[to + 4 >> 2] = high;
}
function loadBytes(from) {
return HEAPU8[from] | HEAPU8[from + 1] << 8 | HEAPU8[from + 2] << 16 | HEAPU8[from + 3] << 24;
}
function storeBytes(to, value) {
HEAP8[to] = value;
HEAP8[to + 1] = value >>> 8;
HEAP8[to + 2] = value >>> 16;
HEAP8[to + 3] = value >>> 24;
}
`;

// HEAP32[…] of a base and the number named `more`, 0 where there is none.
const word = (base, more) => String.raw`HEAP32\[${base}(?: \+ (?<${more}>\d+))? >> 2\]`;
const byte = (heap, base, more) => String.raw`${heap}\[${base}(?: \+ (?<${more}>\d+))?\]`;
const a = (name) => `(?<${name}>${local})`;
const the = (name) => `\\k<${name}>`;

const copied = new RegExp(`^${a('high')} = ${word(a('from'), 'from4')};\n`
  + `${word(a('to'), 'to0')} = ${word(the('from'), 'from0')};\n`
  + `${word(the('to'), 'to4')} = ${the('high')};$`, 'gm');

const byteOf = (i) => byte('HEAPU8', i === 0 ? a('from') : the('from'), `at${i}`);
const loaded = new RegExp(
  String.raw`${byteOf(0)} \| ${byteOf(1)} << 8 \| \(${byteOf(2)} << 16 \| ${byteOf(3)} << 24\)`,
  'g');

const storeOf = (i) => `${byte('HEAP8', i === 0 ? a('to') : the('to'), `at${i}`)} = `
  + `${i === 0 ? a('value') : `${the('value')} >>> ${8 * i}`};`;
const stored = new RegExp(`^${[0, 1, 2, 3].map(storeOf).join('\n')}$`, 'gm');

const given = new RegExp(
  String.raw`^\(wasm2js_i32\$0 = (?<to>${local}|\d+), wasm2js_i32\$1 = (?<value>.*)\), `
    + String.raw`${word('wasm2js_i32\\$0', 'to0')} = wasm2js_i32\$1;`
    + String.raw`(?<high>\n${word(the('to'), 'to4')} = i64toi32_i32\$HIGH_BITS;)?$`, 'gm');

// Replaces what the pattern finds by what `say` makes of its groups, where it makes anything.
const replace = (text, pattern, say) => text.replace(pattern, (whole, ...rest) =>
  say(rest.at(-1)) ?? whole);

const number = (more) => Number(more ?? 0);
const isNext = (step, ...all) =>
  all.every((more, i) => i === 0 || number(more) === number(all[i - 1]) + step);
const sum = (base, more) => (number(more) === 0 ? base : `${base} + ${more}`);

/** The lines of a function with a call for what moves one number. */
export function moves(text) {
  // The local that keeps the upper half keeps it. If it were a base, that would be another one in
  // the lines after its own.
  let out = replace(text, copied, ({ high, from, from0, from4, to, to0, to4 }) =>
    (isNext(4, from0, from4) && isNext(4, to0, to4) && high !== from && high !== to
      ? `${high} = copy64(${sum(to, to0)}, ${sum(from, from0)});` : null));
  out = replace(out, loaded, ({ from, at0, at1, at2, at3 }) =>
    (isNext(1, at0, at1, at2, at3) ? `loadBytes(${sum(from, at0)})` : null));
  out = replace(out, stored, ({ to, value, at0, at1, at2, at3 }) =>
    (isNext(1, at0, at1, at2, at3) ? `storeBytes(${sum(to, at0)}, ${value});` : null));
  // Memory may be another array after a call, which is why its value has to be there before
  // HEAP32 is read, as it is where it is an argument. The base must be what it was before.
  return replace(out, given, ({ to, to0, value, high, to4 }) => {
    if (value.includes(`${to} = `)) return null;
    const place = sum(to, to0);
    if (!high) return `store32(${place}, ${value});`;
    const store = `store64(${place}, ${value}, i64toi32_i32$HIGH_BITS);`;
    return isNext(4, to0, to4) ? store
      : `store32(${place}, ${value});${high}`;
  });
}
