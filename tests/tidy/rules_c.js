// Rules about C. The form of a rule is described in rules_text.js.
import { posix } from 'node:path';

// What each layer may include. engine and sync do not see each other.
const below = {
  base: ['base'],
  model: ['base', 'model'],
  engine: ['base', 'model', 'engine'],
  sync: ['base', 'model', 'sync'],
  codec: ['base', 'model', 'engine', 'sync', 'codec'],
  facade: ['base', 'model', 'engine', 'sync', 'codec', 'facade'],
  wasm: ['base', 'model', 'engine', 'sync', 'codec', 'facade', 'wasm'],
  cli: ['base', 'model', 'engine', 'sync', 'codec', 'facade', 'cli'],
  train: ['base', 'model', 'engine', 'sync', 'codec', 'facade', 'train'],
};
// The two files that write and read the number of a cJSON node, which is a double.
const readsNumbers = ['src/codec/json_in.c', 'src/codec/json_parse.c'];
const functionLinesMax = 100;

const isC = (path) => /\.[ch]$/.test(path);
const isProgram = (path) => /^src\/(cli|train)\//.test(path);
const isCore = (path) => isC(path) && path.startsWith('src/') && !isProgram(path);

function layerOf(path) {
  if (path.startsWith('wasm/')) return 'wasm';
  const [, folder, rest] = path.match(/^src\/([^/]+)(\/.*)?$/) || [];
  return rest ? folder : folder && 'facade';
}

// Comments and text become blanks, so that line numbers and columns stay.
export function codeOnly(text) {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return text.replace(token, (found) => found.replace(/[^\n]/g, ' '));
}

// The included names with their places: a quoted name is looked for beside the file, then in src.
function includes({ path, text }, paths) {
  return text.split('\n').flatMap((line, index) => {
    const [, open, name] = line.match(/^\s*#\s*include\s*(["<])([^">]+)[">]/) || [];
    if (!name) return [];
    const beside = posix.join(posix.dirname(path), name);
    const fromSrc = posix.join('src', name);
    const isBeside = open === '"' && (paths.has(beside) || name.startsWith('.'));
    return [{ name, target: isBeside ? beside : fromSrc, quoted: open === '"',
      where: `${path}:${index + 1}` }];
  });
}

function checkLayers(files) {
  const paths = new Set(files.map(({ path }) => path));
  return files.filter(({ path }) => isC(path) && /^(src|wasm)\//.test(path)).flatMap((file) => {
    const layer = layerOf(file.path);
    if (!below[layer]) return [`${file.path}: "${layer}" is no layer`];
    return includes(file, paths).flatMap(({ name, target, quoted, where }) => {
      if (/cJSON/.test(name)) {
        return layer === 'codec' ? [] : [`${where}: only codec includes cJSON`];
      }
      if (/mbedtls|psa\//.test(name)) {
        const allowed = layer === 'sync' || file.path === 'src/base/sha256.c';
        return allowed ? [] : [`${where}: only sync and base/sha256.c include Mbed TLS`];
      }
      if (!quoted) return [];
      const other = layerOf(target);
      return below[layer].includes(other) ? [] : [`${where}: ${layer} includes ${other}`];
    });
  });
}

const layers = {
  name: 'C includes point one way',
  check: checkLayers,
  bad: [
    ['src/base/a.c', 'model/book.h'],
    ['src/model/a.c', 'engine/quote.h'],
    ['src/engine/a.c', 'sync/log.h'],
    ['src/engine/a.c', '../codec/codec.h'],
    ['src/sync/a.c', 'engine/quote.h'],
    ['src/engine/a.c', 'suanpan.h'],
    ['src/engine/a.c', 'cJSON.h'],
    ['src/codec/a.c', 'mbedtls/sha256.h'],
    ['src/codec/a.c', '../../wasm/heap.h'],
    ['src/other/a.c', 'base/base.h'],
  ].map(([path, name]) => ({ path, text: `#include "${name}"\n` })),
  fine: [
    ['src/engine/a.c', 'model/book.h'],
    ['src/codec/a.c', 'cJSON.h'],
    ['src/sync/a.c', 'mbedtls/md.h'],
    ['src/suanpan.c', 'codec/codec.h'],
    ['wasm/abi.c', 'suanpan.h'],
  ].map(([path, name]) => ({ path, text: `#include "${name}"\n` })),
};

// Flags what a pattern finds in the code (not the comments) of the chosen files.
const noCode = (wanted, pattern, reason) => (files) =>
  files.filter(({ path }) => wanted(path)).flatMap(({ path, text }) =>
    codeOnly(text).split('\n').flatMap((line, index) =>
      (pattern.test(line) ? [`${path}:${index + 1}: ${reason}`] : [])));

const floats = {
  name: 'no floating point in the core',
  check: noCode((path) => isCore(path) && !readsNumbers.includes(path),
    /\b(float|double|valuedouble)\b|\b\d+\.\d*|\b\d+[eE][-+]?\d/, 'floating point'),
  bad: ['double a;', 'int a = (int)(float)b;', 'x = 0.5 * y;', 'x = 1e3;']
    .map((text) => ({ path: 'src/engine/a.c', text: `${text}\n` })),
  fine: [
    { path: 'src/engine/a.c', text: '/* a double, 0.5 */ int x = 0x1e3; char *y = "1.5";\n' },
    { path: readsNumbers[0], text: 'double value = node->valuedouble;\n' },
    { path: 'src/train/a.c', text: 'double value = 0.5;\n' },
  ],
};

const calls = ['malloc', 'calloc', 'realloc', 'free', 'time', 'clock', 'gettimeofday', 'localtime',
  'gmtime', 'mktime', 'rand', 'srand', 'random', 'qsort', 'getenv', 'setlocale', 'exit', 'abort',
  '[a-z]*printf', '[a-z]*scanf', 'puts', 'fopen', 'fread', 'fwrite', 'strto[a-z]+', 'ato[filq]+'];
const headers = ['stdio', 'stdlib', 'time', 'math', 'locale', 'signal', 'setjmp', 'threads'];

const freestanding = {
  name: 'no allocation, clock, randomness, files or libc sorting in the core',
  check: (files) => [
    ...noCode(isCore, new RegExp(`(?<![.\\w]|->)(${calls.join('|')})\\s*\\(`),
      'a call of libc')(files),
    ...noCode(isCore, new RegExp(`#\\s*include\\s*<(${headers.join('|')})\\.h>`),
      'a header of libc that the core must not need')(files),
  ],
  bad: ['p = malloc(3);', 'free(p);', 't = time(NULL);', 'n = rand();', 'qsort(a, 1, 1, f);',
    'snprintf(a, 1, "x");', '#include <stdio.h>', '# include <time.h>']
    .map((text) => ({ path: 'src/model/a.c', text: `${text}\n` })),
  fine: [
    { path: 'src/model/a.c', text: 'host->free(p); time_of(x); book.time(1); int time;\n' },
    { path: 'src/cli/a.c', text: '#include <stdio.h>\nint x = printf("x");\n' },
  ],
};

// Functions begin and end in the first column, whoever formats them.
function longFunctions(files) {
  return files.filter(({ path }) => isC(path)).flatMap(({ path, text }) => {
    const lines = codeOnly(text).split('\n');
    let start = -1;
    let isOpen = false;
    return lines.flatMap((line, index) => {
      if (/^[A-Za-z].*\(/.test(line)) {
        start = index;
        isOpen = false;
      }
      isOpen ||= /\{\s*$/.test(line);
      // A declaration, or the call of a macro, over one line or several.
      if (!isOpen && /;\s*$/.test(line)) start = -1;
      if (!line.startsWith('}') || start < 0) return [];
      const count = index - start + 1;
      const where = `${path}:${start + 1}`;
      start = -1;
      return count > functionLinesMax ? [`${where}: a function of ${count} lines`] : [];
    });
  });
}

const functionLength = {
  name: `no C function is longer than ${functionLinesMax} lines`,
  check: longFunctions,
  bad: [
    { path: 'src/a.c', text: `int f(int a,\n    int b) {\n${'  a++;\n'.repeat(100)}}\n` },
  ],
  fine: [
    { path: 'src/a.c', text: `int f(int a) {\n${'  a++;\n'.repeat(98)}}\n` },
    { path: 'src/a.c', text: `static const int t[] = {\n${'  1,\n'.repeat(200)}};\n` },
  ],
};

// Every C file is built, and every listed file is there.
function checkLists(files) {
  const cmake = files.find(({ path }) => path === 'CMakeLists.txt');
  if (!cmake) return ['CMakeLists.txt: not there'];
  const text = cmake.text.replace(/#[^\n]*/g, '');
  const listed = new Set(text.match(/[\w/.-]+/g));
  const list = (name) => {
    const [, words = ''] = text.match(new RegExp(`set\\(${name}\\b([^)]*)\\)`)) || [];
    return words.split(/\s+/).filter(Boolean);
  };
  const there = files.map(({ path }) => path).filter((path) => path.endsWith('.c'));
  const tests = list('test_programs').map((name) => `tests/${name}.c`);
  const fuzzers = list('fuzzers').map((name) => `tests/fuzz/${name}.c`);
  const forgotten = there.filter((path) =>
    (/^(src|wasm)\//.test(path) && !listed.has(path))
    || (/^tests\/(unit\/[^/]+|[^/]+)\.c$/.test(path) && !tests.includes(path))
    || (/^tests\/fuzz\/[^/]+\.c$/.test(path) && !fuzzers.includes(path)));
  const gone = [...listed].filter((path) => /^(src|wasm)\/.*\.c$/.test(path))
    .concat(tests, fuzzers).filter((path) => !there.includes(path));
  return [
    ...forgotten.map((path) => `${path}: not in the lists of CMakeLists.txt`),
    ...gone.map((path) => `CMakeLists.txt: ${path} is not there`),
  ];
}

const lists = {
  name: 'CMakeLists.txt lists every C file',
  check: checkLists,
  bad: [
    [{ path: 'CMakeLists.txt', text: 'set(a)\n' }, { path: 'src/base/a.c', text: '' }],
    [{ path: 'CMakeLists.txt', text: 'set(a) # src/base/a.c\n' },
      { path: 'src/base/a.c', text: '' }],
    [{ path: 'CMakeLists.txt', text: 'set(a src/base/a.c)\n' }],
    [{ path: 'CMakeLists.txt', text: 'set(test_programs)\n' },
      { path: 'tests/unit/a.c', text: '' }],
    [{ path: 'CMakeLists.txt', text: 'set(fuzzers)\n' }, { path: 'tests/fuzz/a.c', text: '' }],
    [{ path: 'CMakeLists.txt', text: 'set(test_programs unit/a)\n' }],
  ],
  fine: [
    [{ path: 'CMakeLists.txt',
      text: 'set(s src/a.c)\nset(test_programs unit/b c)\nset(fuzzers d)\n' },
      ...['src/a.c', 'tests/unit/b.c', 'tests/c.c', 'tests/fuzz/d.c']
        .map((path) => ({ path, text: '' }))],
  ],
};

// lines: the output of `nm --format=sysv`. Constant tables that hold addresses lie in .data.rel.ro,
// which is read-only once the program runs; everything else that can be written is state.
export function mutableSymbols(lines) {
  return lines.split('\n').map((line) => line.split('|').map((field) => field.trim()))
    .filter((fields) => fields.length === 7)
    .filter(([, , , type, , , section]) =>
      type === 'OBJECT' || type === 'TLS' || section === '*COM*')
    .filter(([, , , , , , section]) => /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/.test(section)
      && !section.startsWith('.data.rel.ro'))
    .map(([name, , , , , , section]) => `${name} in ${section}`);
}

export const cRules = [layers, floats, freestanding, functionLength, lists];
