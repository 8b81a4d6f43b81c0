// Writes js/generated/codes.{js,cjs,d.ts} from the JSON that the native program prints, so that
// error numbers, limits and kinds have one home: the C headers.
//
//   node generate.js <native program> <output folder>
//
// Each top-level key becomes one exported constant, frozen all the way down, whatever keys there
// are: a new table in C needs no change here.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const head = '// Generated from the C headers by js/build/generate.js; change those instead.\n';
const isName = (key) => /^[A-Za-z_$][\w$]*$/.test(key);
const property = (key) => (isName(key) ? key : JSON.stringify(key));

// Rows of one shape are written as lists under the names of their columns, which saves 2 KB on a
// phone: `table(['number', 'zh', 'en'], { E_JSON: [1, '…', '…'] })`.
function columnsOf(value) {
  const rows = Object.values(value);
  const isRow = (row) => row !== null && typeof row === 'object' && !Array.isArray(row)
    && Object.values(row).every((cell) => cell === null || typeof cell !== 'object');
  if (Array.isArray(value) || rows.length < 2 || !rows.every(isRow)) return null;
  const columns = Object.keys(rows[0]).join();
  return rows.every((row) => Object.keys(row).join() === columns) ? Object.keys(rows[0]) : null;
}

// A bundler leaves out what nobody reads only where it is told that the calls do nothing else.
const pure = '/* @__PURE__ */ ';

const tableSource = `const table = (columns, rows) => {
  const out = {};
  Object.keys(rows).forEach((name) => {
    out[name] = {};
    columns.forEach((column, i) => {
      out[name][column] = rows[name][i];
    });
    freeze(out[name]);
  });
  return freeze(out);
};
`;

function literal(value, indent) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const columns = columnsOf(value);
  if (columns) {
    const rows = Object.keys(value).map((key) =>
      `${indent}  ${property(key)}: ${JSON.stringify(Object.values(value[key]))},\n`);
    return `${pure}table(${JSON.stringify(columns)}, {\n${rows.join('')}${indent}})`;
  }
  const deeper = indent + '  ';
  const parts = Array.isArray(value)
    ? value.map((item) => literal(item, deeper))
    : Object.keys(value).map((key) => `${property(key)}: ${literal(value[key], deeper)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (parts.length === 0) return `${pure}freeze(${open}${close})`;
  return `${pure}freeze(${open}\n${deeper}${parts.join(`,\n${deeper}`)},\n${indent}${close})`;
}

function type(value, indent) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = indent + '  ';
  if (Array.isArray(value)) {
    return `readonly [${value.map((item) => type(item, deeper)).join(', ')}]`;
  }
  const parts = Object.keys(value)
    .map((key) => `${deeper}readonly ${property(key)}: ${type(value[key], deeper)};\n`);
  return `{\n${parts.join('')}${indent}}`;
}

// codes: any JSON object. Returns the text of the three files.
export function render(codes) {
  const keys = Object.keys(codes);
  for (const key of keys) {
    if (!isName(key)) throw new Error(`codes: "${key}" can't be the name of a constant`);
  }
  const values = keys.map((key) => [key, literal(codes[key], '')]);
  return {
    'codes.js': `${head}const { freeze } = Object;\n${tableSource}\n`
      + values.map(([key, text]) => `export const ${key} = ${text};\n`).join('\n'),
    'codes.cjs': `${head}'use strict';\nconst { freeze } = Object;\n${tableSource}\n`
      + values.map(([key, text]) => `exports.${key} = ${text};\n`).join('\n'),
    'codes.d.ts': head
      + keys.map((key) => `export declare const ${key}: ${type(codes[key], '')};\n`).join('')
      + keys.filter((key) => codes[key] !== null && typeof codes[key] === 'object')
        .map((key) => `export type ${key[0].toUpperCase()}${key.slice(1)} = typeof ${key};\n`)
        .join(''),
  };
}

// Writes the files that changed only, so that a second build touches nothing.
export function generate(program, folder) {
  const codes = JSON.parse(execFileSync(program, ['codes'], { encoding: 'utf8' }));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(render(codes))) {
    const path = join(folder, name);
    let before = null;
    try {
      before = readFileSync(path, 'utf8');
    } catch {
      // The first build: there is nothing to compare with.
    }
    if (before !== text) writeFileSync(path, text);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  generate(process.argv[2], process.argv[3]);
}
