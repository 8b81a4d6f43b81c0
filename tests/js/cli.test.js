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
    [[], /a command is needed \(see suanpan --help\)$/], [['cook'], /no such command: cook/],
    [['toString'], /no such/],
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
    assert.match(stderr.trimEnd(), message);
    // One line: no help, no stack.
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
});

test('a file that is no JSON is told with the place, one that begins with a mark is read', () => {
  const text = readFileSync(book, 'utf8');
  const places = [
    ['{"a":1,\n"b":2,}', 'line 2, column 7'], ['// x\n{}', 'line 1, column 1'],
    ['{"a":[1,2\n', 'line 2, column 1'], ['', 'line 1, column 1'], ['{} {}', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'], ['{a:1}', 'line 1, column 2'], ['[1,]', 'line 1, column 4'],
    ['{"a":"b\nc"}', 'line 1, column 8'], ['{"a":"\\x"}', 'line 1, column 7'],
    ['[tru]', 'line 1, column 2'], ['[}', 'line 1, column 2'],
    ['{"算":1,}', 'line 1, column 8'], ["{'a':1}", 'line 1, column 2'],
  ];
  for (const [bad, place] of places) {
    const path = file('bad.json', bad);
    const [error] = JSON.parse(run(['check', '--book', path]).stdout).errors;
    assert.deepEqual([error.code, error.message.endsWith(`at ${place}`)], ['E_JSON', true],
      `${bad}: ${error.message}`);
    const asked = JSON.parse(run(['quote', '--book', path, '--request', request]).stdout);
    assert.deepEqual([asked.code, asked.message], [error.code, error.message]);
    assert.throws(() => JSON.parse(bad), bad);
  }
  ['\ufeff', ' \n'].forEach((mark) =>
    assert.equal(ok(['check', '--book', file('mark.json', mark + text)]).ok, true));
  const wide = file('wide.json', Buffer.from(`\ufeff${text}`, 'utf16le'));
  const { status, stdout } = run(['check', '--book', wide]);
  assert.equal(status, 1);
  assert.match(stdout, /E_UTF8.*UTF-16/);
});

test('a word that is none of a list is told with the list', () => {
  const value = JSON.parse(readFileSync(book, 'utf8'));
  value.rules.rules[0].kind = 'promo';
  value.rules.preset = 'china';
  value.version = 0;
  const { errors } = JSON.parse(run(['check', '--book',
    file('words.json', JSON.stringify(value))]).stdout);
  const told = Object.fromEntries(errors.map(({ path, message }) => [path, message]));
  assert.match(told['/rules/rules/0/kind'], /: one of member, timed, flash, promotion, coupon, /);
  assert.match(told['/rules/preset'], /: one of cn_sequential, /);
  assert.doesNotMatch(told['/version'], /one of/);
  const asked = run(['quote', '--book', book, '--request', file('pick.json',
    '{"now":1,"lines":[],"pick":"worst"}')]);
  assert.match(JSON.parse(asked.stdout).message, /: one of best, none$/);
});

test('help', () => {
  for (const args of [['--help'], ['help']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const command of ['quote', 'explain', 'estimate', 'check', 'check stacking', 'share',
      'refund', 'info', 'replay', 'simulate']) {
      assert.match(stdout, new RegExp(`suanpan ${command}\\b`));
    }
  }
});

test('help of one command', () => {
  const of = (...words) => run([...words, '--help']).stdout;
  for (const [words, has, lacks] of [[['quote'], '--request', 'suanpan replay'],
    [['replay'], '--sku-prefix', 'suanpan quote'], [['train'], '--skip-bad', '--sku-prefix'],
    [['admin', 'grant'], 'restock', '--book'], [['redeem', 'verify'], '--code', '--till'],
    [['root'], '"threshold"', '--book']]) {
    assert.ok(of(...words).includes(`suanpan ${words[0]}`), words);
    assert.ok(of(...words).includes(has), words);
    assert.ok(!of(...words).includes(lacks), words);
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
