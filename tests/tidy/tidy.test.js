// Guards what a compiler does not see: layers, leftovers, lengths, state. Every rule is also run
// against snippets that break it, so that a rule that has gone blind fails too.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { buildDir, root } from '../../js/build/cmake.js';
import { cRules, mutableSymbols } from './rules_c.js';
import { jsRules } from './rules_js.js';
import { textRules } from './rules_text.js';

const isBinary = (bytes) => bytes.subarray(0, 8000).includes(0);

// Every written text file, committed or about to be, as { path, text }.
function writtenFiles() {
  const listed = execFileSync('git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  return listed.split('\0').filter((path) => path && existsSync(join(root, path)))
    .map((path) => ({ path, bytes: readFileSync(join(root, path)) }))
    .filter(({ bytes }) => !isBinary(bytes))
    .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }));
}

const files = writtenFiles();

for (const { name, check, bad, fine } of [...textRules, ...cRules, ...jsRules]) {
  test(name, () => {
    const problems = check(files);
    assert.ok(problems.length === 0, `\n${problems.join('\n')}`);
  });
  test(`${name}: planted faults are found`, () => {
    for (const planted of bad.map((item) => [item].flat())) {
      assert.notDeepEqual(check(planted), [], JSON.stringify(planted).slice(0, 200));
    }
    for (const sound of fine.map((item) => [item].flat())) {
      assert.deepEqual(check(sound), []);
    }
  });
}

const symbols = (path) =>
  mutableSymbols(execFileSync('nm', ['--format=sysv', path], { encoding: 'utf8' }));

test('the library has no mutable state', () => {
  assert.deepEqual(symbols(join(buildDir('native'), 'libsuanpan.a')), []);
});

test('the library has no mutable state: planted faults are found', () => {
  const planted = [
    ['static int calls; int f(void); int f(void) { return ++calls; }', 1],
    ['int f(void); int f(void) { static int calls = 3; return ++calls; }', 1],
    ['int shared;', 1],
    ['_Thread_local int mine;', 1],
    ['extern int x; const char *const names[] = { "a", "b" }; int *const at[] = { &x };', 0],
    ['static const int table[] = { 1, 2 }; int f(int n); int f(int n) { return table[n]; }', 0],
  ];
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-tidy-'));
  try {
    for (const [code, count] of planted) {
      writeFileSync(join(folder, 'a.c'), `${code}\n`);
      execFileSync('gcc', ['-std=c11', '-fPIC', '-c', 'a.c', '-o', 'a.o'], { cwd: folder });
      assert.equal(symbols(join(folder, 'a.o')).length, count, code);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
