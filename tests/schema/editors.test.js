// What the two READMEs say about editors: the package ships the schemas, the settings name files
// that are there, and a book has no room for `$schema`.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { createEngine } from '../../js/node.js';
import { readCases } from '../cases/read_cases.js';

const root = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const settingsOf = (path) => /^```json\n(\{\n  "json\.schemas"[^]*?)^```$/m.exec(read(path))?.[1];

test('the package ships its schemas and exports them by name', () => {
  const { files } = JSON.parse(read('package.json'));
  assert.ok(files.includes('src/schema/'));
  const names = readdirSync(new URL('src/schema', root));
  assert.ok(names.includes('book.json') && names.includes('request.json'));
  for (const name of names) {
    assert.equal(import.meta.resolve(`suanpan/schema/${name}`), `${root}src/schema/${name}`);
  }
});

test('the settings for VS Code are the same in both languages and name what is shipped', () => {
  const settings = settingsOf('README.md');
  assert.equal(settingsOf('README.zh-CN.md'), settings);
  const entries = JSON.parse(settings)['json.schemas'];
  assert.equal(entries.length, 2);
  for (const { url, fileMatch } of entries) {
    assert.ok(fileMatch.length > 0);
    const path = /^\.\/node_modules\/suanpan\/(src\/schema\/[a-z]+\.json)$/.exec(url)?.[1];
    assert.ok(path && existsSync(new URL(path, root)), url);
    // An editor that knows one file only must find everything in it.
    const references = read(path).match(/"\$ref": "[^"]+"/g) ?? [];
    assert.deepEqual(references.filter((text) => !text.includes('"#/')), [], url);
  }
});

test('a book takes no $schema', async () => {
  const { bookText } = readCases().find(({ expect, isBookJson }) => expect && isBookJson);
  const engine = await createEngine();
  const options = { unsignedBookForDevelopment: true };
  await engine.load(bookText, options);
  await assert.rejects(
    engine.load(JSON.stringify({ $schema: 'book.json', ...JSON.parse(bookText) }), options),
    ({ code, path }) => code === 'E_FIELD' && path === '/$schema',
  );
  engine.dispose();
});
