// Reads the sections of a WebAssembly file that the tests ask about. Only what the MVP has is
// understood; anything else is an error here, which is the point.

const valueTypes = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64' };
const kinds = ['function', 'table', 'memory', 'global'];

// A cursor over the bytes.
function reader(bytes) {
  let at = 0;
  const u8 = () => bytes[at++];
  const leb = (signed) => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = u8();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        const bits = shift + 7n;
        return Number(signed ? BigInt.asIntN(Number(bits), value) : value);
      }
    }
  };
  const u32 = () => leb(false);
  return {
    u8,
    u32,
    s32: () => leb(true),
    at: () => at,
    seek: (to) => {
      at = to;
    },
    list: (read) => Array.from({ length: u32() }, () => read()),
    text: () => {
      const size = u32();
      at += size;
      return Buffer.from(bytes.subarray(at - size, at)).toString('utf8');
    },
    skip: (size) => {
      at += size;
    },
  };
}

function valueType(byte) {
  if (!valueTypes[byte]) throw new Error(`value type 0x${byte.toString(16)} is not in the MVP`);
  return valueTypes[byte];
}

// Offsets and initial values: an i32.const and the end.
function constant(r) {
  const opcode = r.u8();
  if (opcode !== 0x41) throw new Error(`initial value by opcode 0x${opcode.toString(16)}`);
  const value = r.s32();
  if (r.u8() !== 0x0b) throw new Error('initial value of more than one instruction');
  return value;
}

function limits(r) {
  const flags = r.u32();
  const min = r.u32();
  return { min, max: flags & 1 ? r.u32() : null };
}

const sections = {
  0: (r, module, end) => {
    const name = r.text();
    module.customs.push(name);
    if (name === 'name') readNames(r, module, end);
  },
  1: (r, module) => {
    module.types = r.list(() => {
      if (r.u8() !== 0x60) throw new Error('a type that is not a function');
      return { params: r.list(() => valueType(r.u8())), results: r.list(() => valueType(r.u8())) };
    });
  },
  3: (r, module) => {
    module.functions = r.list(() => module.types[r.u32()]);
  },
  5: (r, module) => {
    module.memories = r.list(() => limits(r));
  },
  6: (r, module) => {
    module.globals = r.list(() => {
      const type = valueType(r.u8());
      return { type, mutable: r.u8() === 1, value: constant(r) };
    });
  },
  7: (r, module) => {
    module.exports = r.list(() => ({ name: r.text(), kind: kinds[r.u8()], index: r.u32() }));
  },
  10: (r, module) => {
    module.codeSizes = r.list(() => {
      const size = r.u32();
      r.skip(size);
      return size;
    });
  },
  11: (r, module) => {
    module.segments = r.list(() => {
      if (r.u32() !== 0) throw new Error('a data segment that is not plainly active');
      const offset = constant(r);
      const size = r.u32();
      r.skip(size);
      return { offset, size };
    });
  },
};

// The functions' names, which only a module built for looking at carries.
function readNames(r, module, end) {
  while (r.at() < end) {
    const id = r.u8();
    const size = r.u32();
    if (id === 1) {
      for (const [index, name] of r.list(() => [r.u32(), r.text()])) module.names[index] = name;
    } else {
      r.skip(size);
    }
  }
}

// bytes: a whole module. Imports are left to WebAssembly.Module.imports, functions are therefore
// numbered from 0.
export function readWasm(bytes) {
  const r = reader(bytes);
  const module = { types: [], functions: [], memories: [], globals: [], exports: [], segments: [],
    codeSizes: [], customs: [], names: {} };
  r.seek(8);
  while (r.at() < bytes.length) {
    const id = r.u8();
    const end = r.u32() + r.at();
    if (sections[id]) sections[id](r, module, end);
    r.seek(end);
  }
  return module;
}
