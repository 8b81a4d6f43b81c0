// Joins the data segments of a module to one.
//
//   node one_segment.js <module.wasm>
//
// wasm-opt cuts data wherever a few zeros stand and has no switch against it; the head of each
// piece compresses far worse than the zeros it saves.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const DATA = 11;
const DATA_COUNT = 12;
const headSize = 8;

// LEB128 numbers at the front of bytes, from `at` on.
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    if (this.at >= this.bytes.length) throw new Error('one_segment: the module ends too early');
    return this.bytes[this.at++];
  }

  expect(wanted, what) {
    if (this.byte() !== wanted) throw new Error(`one_segment: ${what}`);
  }

  // Of 32 bits; a signed one is >= 0 when it is an address below 2 GiB.
  unsigned() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error('one_segment: a number of more than 32 bits');
  }

  take(size) {
    this.at += size;
    if (this.at > this.bytes.length) throw new Error('one_segment: the module ends too early');
    return this.bytes.subarray(this.at - size, this.at);
  }
}

function unsigned(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

// An address is a signed number: bit 6 of its last byte is the sign.
const address = (value) => {
  const bytes = unsigned(value);
  if (bytes.at(-1) < 64) return bytes;
  return [...bytes.slice(0, -1), bytes.at(-1) | 128, 0];
};

const section = (id, body) => [Buffer.from([id, ...unsigned(body.length)]), body];

function joined(content) {
  const reader = new Reader(content);
  const segments = [];
  for (let count = reader.unsigned(); count > 0; count--) {
    reader.expect(0, 'a segment that is not active');
    reader.expect(0x41, 'an offset that is not i32.const');
    const offset = reader.unsigned();
    reader.expect(0x0b, 'an offset of more than one instruction');
    segments.push({ offset, bytes: reader.take(reader.unsigned()) });
  }
  const start = Math.min(...segments.map(({ offset }) => offset));
  const end = Math.max(...segments.map(({ offset, bytes }) => offset + bytes.length));
  const all = Buffer.alloc(end - start);
  for (const { offset, bytes } of segments) all.set(bytes, offset - start);
  const head = Buffer.from([1, 0, 0x41, ...address(start), 0x0b, ...unsigned(all.length)]);
  return Buffer.concat([head, all]);
}

/** The module with one data segment. */
export function oneSegment(module) {
  const reader = new Reader(module, headSize);
  const parts = [module.subarray(0, headSize)];
  while (reader.at < module.length) {
    const id = reader.byte();
    const content = reader.take(reader.unsigned());
    // The number of segments is only there for instructions that copy them.
    if (id === DATA_COUNT) parts.push(...section(id, Buffer.from([1])));
    else parts.push(...section(id, id === DATA ? joined(content) : content));
  }
  return Buffer.concat(parts);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = process.argv[2];
  writeFileSync(path, oneSegment(readFileSync(path)));
}
