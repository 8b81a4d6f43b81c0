// Keeps what can be copied in the reference of the rule language: the tables of codes and limits in
// both languages, and the code blocks of the Chinese files, which are those of the English ones.
//
//   node js/build/reference.js [native program]
//
// The tables come from the JSON that the native program prints, so build first. A table stands
// between the lines `<!-- table: name -->` and `<!-- /table -->`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildDir } from './cmake.js';

const path = (name) => fileURLToPath(new URL(`../../src/${name}`, import.meta.url));

/** English file, Chinese file. */
export const pairs = [
  ['README.md', 'README.zh-CN.md'], ['EXAMPLES.md', 'EXAMPLES.zh-CN.md'],
  ['RECOMMEND.md', 'RECOMMEND.zh-CN.md'], ['sync/README.md', 'sync/README.zh-CN.md'],
];

const words = {
  en: { code: 'code', number: 'number', meaning: 'meaning', limit: 'limit', value: 'value' },
  zh: { code: '代码', number: '编号', meaning: '含义', limit: '上限', value: '值' },
};

const table = (rows) => rows.map((cells, index) =>
  `| ${cells.join(' | ')} |\n${index === 0 ? `|${'---|'.repeat(cells.length)}\n` : ''}`).join('');

const texts = (map, language) => {
  const { code, number, meaning } = words[language];
  return table([[code, number, meaning], ...Object.entries(map)
    .map(([name, entry]) => [`\`${name}\``, entry.number, entry[language]])]);
};

const tables = {
  errors: (codes, language) => texts(codes.errors, language),
  reasons: (codes, language) => texts(codes.reasons, language),
  'book warnings': (codes, language) => texts(codes.book_warnings, language),
  limits: (codes, language) => table([[words[language].limit, words[language].value],
    ...Object.entries(codes.limits).map(([name, value]) => [`\`${name}\``, value])]),
};

/** The text with every table as the engine has it; `codes` is what `suanpan codes` prints. */
export function withTables(text, language, codes) {
  return text.replace(/<!-- table: ([a-z ]+) -->\n[^]*?<!-- \/table -->/g, (_, name) => {
    if (!tables[name]) throw new Error(`no table is called "${name}"`);
    return `<!-- table: ${name} -->\n\n${tables[name](codes, language)}\n<!-- /table -->`;
  });
}

/** The fenced code blocks of a text, with their fences. */
export const blocksOf = (text) => text.match(/^```.*\n[^]*?^```$/gm) ?? [];

/** The Chinese text with the code blocks of the English one. */
export function withBlocks(chinese, english) {
  const from = blocksOf(english);
  const to = blocksOf(chinese);
  if (from.length !== to.length) {
    throw new Error(`${to.length} code blocks in Chinese, ${from.length} in English`);
  }
  return chinese.replace(/^```.*\n[^]*?^```$/gm, () => from.shift());
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const program = process.argv[2] ?? join(buildDir('native'), 'suanpan');
  const codes = JSON.parse(execFileSync(program, ['codes'], { encoding: 'utf8' }));
  for (const [english, chinese] of pairs) {
    const text = withTables(readFileSync(path(english), 'utf8'), 'en', codes);
    writeFileSync(path(english), text);
    const other = withBlocks(readFileSync(path(chinese), 'utf8'), text);
    writeFileSync(path(chinese), withTables(other, 'zh', codes));
  }
}
