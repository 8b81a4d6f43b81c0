// The bench inside jsc: no modules, no TextEncoder, no performance; what esbuild makes of this file
// is one script. `wasmBytes`, `signedBooks` and `model` are put in by run.js.
/* global print, preciseTime, arguments, wasmBytes, signedBooks, model */
import createTwin from '../../dist/suanpan.wasm2js.mjs';
import { text } from '../../js/host/own_text.js';
import { measureHost } from './measure.js';

const clock = () => preciseTime() * 1e6;
const emit = (found) => print(JSON.stringify(found));

function bytes(input) {
  const room = new Uint8Array(input.length * 3);
  return room.slice(0, text.write(input, room));
}

async function main(budgetUs) {
  const module = new WebAssembly.Module(wasmBytes);
  const wasm = () => new WebAssembly.Instance(module).exports;
  const mode = { build: 'wasm', reason: null };
  const host = { mode, text, bytes, signed: signedBooks, model };
  await measureHost('jsc without JIT', { ...host, start: wasm }, clock, budgetUs, emit);
  await measureHost('jsc without JIT, wasm2js', { ...host, start: createTwin }, clock, budgetUs,
    emit);
}

main(Number(arguments[0]) * 1000).then(null, (error) => {
  print(JSON.stringify({ name: 'jsc', error: String(error && error.stack) }));
});
