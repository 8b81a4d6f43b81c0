// The command line: JSON on standard output, words on standard error, three exit codes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasNativeProgram } from '../../js/cli/engines.js';
import { createEngine } from '../../js/node.js';
import { requests } from './hostile.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const book = fixture('book.json');
const request = fixture('request.json');
const folder = mkdtempSync(join(tmpdir(), 'suanpan-cli-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(args, input) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args],
    { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const ok = (args, input) => {
  const { status, stdout, stderr } = run(args, input);
  assert.equal(status, 0, `${args.join(' ')}\n${stderr}${stdout}`);
  assert.equal(stderr, '');
  assert.ok(stdout.endsWith('}\n') && !stdout.slice(0, -1).includes('\n'), 'one line of JSON');
  return JSON.parse(stdout);
};

test('each command answers in JSON', async () => {
  const engine = await createEngine();
  await engine.load(readFileSync(book), { unsignedBookForDevelopment: true });
  const value = JSON.parse(readFileSync(request));
  assert.deepEqual(ok(['quote', '--book', book, '--request', request]), engine.quote(value));
  assert.deepEqual(ok(['quote', '--book', book, '--request', '-'], readFileSync(request)),
    engine.quote(value));
  assert.deepEqual(ok(['explain', '--book', book, '--request', request]), engine.explain(value));
  const { warnings, ...checked } = ok(['check', '--book', book]);
  assert.deepEqual(checked, { ok: true, errors: [] });
  // Half a drink off is less than the freight that it may cost.
  assert.deepEqual(warnings.map(({ code, path }) => `${code} ${path}`),
    ['W_LOSES_FREE_FREIGHT /rules/rules/1/give']);
  assert.deepEqual(ok(['share', '--request', '-'], '{"amount":10,"weights":[1,1,1],"mode":"last"}'),
    { parts: [3, 3, 4] });
  const refund = { order: { lines: [{ id: 'a', segments: [{ qty: 3, list: 3000, paid: 2000 }] }] },
    refund: { lines: [{ id: 'a', qty: 1 }] } };
  assert.deepEqual(ok(['refund', '--request', '-'], JSON.stringify(refund)), engine.refund(refund));
  assert.deepEqual(ok(['info']), engine.info());
});

test('refused input is exit 1 with the error as JSON', () => {
  const cases = [
    [['quote', '--book', book, '--request', '-'], '{"now":1,"lines":[{"sku":"1","qty":0}]}',
      'E_RANGE', '/lines/0/qty'],
    [['quote', '--book', book, '--request', '-'], '', 'E_JSON', ''],
    [['quote', '--book', request, '--request', request], '', 'E_FIELD', undefined],
    [['share', '--request', '-'], '{"amount":-1,"weights":[1],"mode":"last"}',
      'E_RANGE', '/amount'],
  ];
  for (const [args, input, code, path] of cases) {
    const { status, stdout, stderr } = run(args, input);
    assert.equal(status, 1, stdout + stderr);
    assert.equal(stderr, '');
    const error = JSON.parse(stdout);
    assert.equal(error.code, code, stdout);
    if (path !== undefined) assert.equal(error.path, path);
  }
});

test('a book with errors is a good answer of check', () => {
  const bad = file('bad.json', readFileSync(book, 'utf8').replace('"version": 7', '"version": 0'));
  const { status, stdout } = run(['check', '--book', bad]);
  const answer = JSON.parse(stdout);
  assert.equal(answer.ok, false);
  assert.equal(answer.errors[0].path, '/version');
  assert.equal(status, 1);
});

test('wrong usage and unreadable files are exit 2, on standard error only', () => {
  const cases = [
    [[], /usage|suanpan quote/], [['cook'], /no such command: cook/], [['toString'], /no such/],
    [['quote'], /needs --book/], [['quote', '--book', book], /needs --request/],
    [['quote', '--colour', 'red'], /--colour/], [['quote', '--book'], /--book/],
    [['info', 'twice'], /twice/], [['info', '--engine', 'abacus'], /no such engine/],
    [['check', '--book', join(folder, 'none.json')], /E_FILE: can't read .*none\.json/],
    [['check', '--book', folder], /E_FILE: can't read/],
    [['replay', '--book', book, '--orders', join(folder, 'none')], /E_FILE/],
    [['replay', '--book', book, '--orders', request, '--jobs', '0'], /--jobs/],
    [['replay', '--book', book, '--orders', request, '--day0', '2024-13-01'], /--day0/],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, message);
  }
});

test('help', () => {
  for (const args of [['--help'], ['help'], ['quote', '--help'], ['replay', '--help']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const command of ['quote', 'explain', 'estimate', 'check', 'check stacking', 'share',
      'refund', 'info', 'replay', 'simulate']) {
      assert.match(stdout, new RegExp(`suanpan ${command}\\b`));
    }
  }
});

test('every engine prints the same bytes and exits alike', {
  skip: !hasNativeProgram() && 'the native program is not built',
}, () => {
  const inputs = [readFileSync(request)];
  for (const input of requests(21, 12)) inputs.push(input);
  const calls = inputs.filter((_, i) => i === 0 || i % 4 === 1).map((input, i) => {
    const path = file(`request-${i}.json`, input);
    return ['quote', '--book', book, '--request', path];
  });
  const split = file('share.json', '{"amount":1000,"weights":[3,3,3],"caps":[9,900,900]}');
  const back = file('refund.json', '{"order":{"lines":[{"id":"a","segments":[{"qty":3,"list":9,'
    + '"paid":7}]}]},"refund":{"lines":[{"id":"a","qty":2}]}}');
  calls.push(['refund', '--request', back], ['refund', '--request', split]);
  calls.push(['share', '--request', split], ['explain', '--book', book, '--request', request],
    ['check', '--book', book],
    ['check', '--book', request], ['info'], ['quote', '--book', request, '--request', request]);
  for (const args of calls) {
    const wasm = run([...args, '--engine', 'wasm']);
    for (const engine of ['wasm2js', 'native']) {
      assert.deepEqual(run([...args, '--engine', engine]), wasm, `${engine}: ${args.join(' ')}`);
    }
  }
});
