// Faults planted one at a time: each has to fail the test that is named beside it, or that test
// says nothing. A text is changed in a copy (or in memory), what is named is run, and the text is
// put back.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildDir } from '../js/build/cmake.js';

export const root = fileURLToPath(new URL('..', import.meta.url));

// A mutant that waits for ever has failed its test.
const TIMEOUT_MS = 180000;

const compiler = process.env.CC || 'cc';

/** The text with its one `from` replaced; a mutant whose place is gone is no mutant. */
export function planted(text, from, to, path) {
  assert.equal(text.split(from).length, 2, `${path} has once: ${from}`);
  return text.replace(from, () => to);
}

/** Runs a program: { status, text }: all it has said. */
export function run(program, args, { cwd = root, env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args,
    { encoding: 'utf8', cwd, env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 });
  if (error && error.code !== 'ETIMEDOUT') throw error;
  return { status, text: stdout + stderr };
}

/** Compiles a changed source of src/ to an object in the folder: its path. */
export function compiled(folder, path, text) {
  const source = join(folder, basename(path));
  writeFileSync(source, text);
  const { status, text: said } = run(compiler, ['-std=c11', '-O1', '-w', '-I', join(root, 'src'),
    '-I', join(buildDir('deps'), 'cjson'), '-c', source, '-o', `${source}.o`]);
  assert.equal(status, 0, said);
  return `${source}.o`;
}

/** Links it in front of the library, with other objects of the native build: the program. */
export function linked(folder, object, objects) {
  const program = join(folder, 'program');
  const libraries = ['suanpan', 'cjson', 'mbedtls_sha256', 'p256']
    .map((name) => join(buildDir('native'), `lib${name}.a`));
  const { status, text } = run(compiler, ['-o', program, object, ...objects, ...libraries, '-lm']);
  assert.equal(status, 0, text);
  return program;
}

// Runs the tests of a file whose names have this in them.
function runTest(folder, file, name) {
  // A runner inside of a test would take itself for a part of that test.
  const { NODE_TEST_CONTEXT: context, ...env } = process.env;
  return run(process.execPath, ['--test-reporter=tap', `--test-name-pattern=${name}`, file],
    { cwd: folder, env });
}

// { path: text } of the files with the mutant's changes, which follow one another.
function mutated(folder, { files, from, to }) {
  const texts = new Map(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  files.forEach((path, i) => texts.set(path, planted(texts.get(path), from[i], to[i], path)));
  return texts;
}

/**
 * A test for each mutant of JavaScript: { what, files: [path…], from: […], to: […], test: file,
 * name }. The paths in `copied` are copied, so that nothing here is touched.
 */
export function plantAndRun(mutants, { copied }) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-mutant-'));
  copied.forEach((path) => cpSync(join(root, path), join(folder, path), { recursive: true }));
  ['dist', 'node_modules', 'package.json'].forEach((path) =>
    symlinkSync(join(root, path), join(folder, path)));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const mutant of mutants) {
    const { what, files, test: file, name } = mutant;
    test(`a mutant is found: ${what}`, () => {
      const changed = mutated(folder, mutant);
      changed.forEach((text, path) => writeFileSync(join(folder, path), text));
      const { status, text } = runTest(folder, file, name);
      files.forEach((path) => cpSync(join(root, path), join(folder, path)));
      assert.notEqual(status, 0, 'the mutant lives');
      // A test has failed, and not because the mutant is no program or no SQL.
      assert.match(text, /^ *not ok /m, text);
      assert.doesNotMatch(text, /SyntaxError|SQLITE_ERROR/);
    });
  }
}
