#!/usr/bin/env node
// The command line. Standard output carries JSON and nothing else; words for people go to
// standard error.
import { spawnSync } from 'node:child_process';
import { SuanpanError } from '../error.js';
import { manifestOf, partsOf } from './book_json.js';
import { hasNativeProgram, loadVerb, nativeProgram, rawEngine } from './engines.js';
import { FileError, readJsonBytes } from './files.js';
import { lint } from './lint.js';
import { addSignatures, makeRoot, publish, recall, verify } from './publish.js';
import { redeemSettle, redeemVerify } from './redeem.js';
import { rank } from './rank.js';
import { checkBook, replay } from './replay.js';
import { asJson, asTable } from './report.js';
import { saidOf, textOfBook } from './said.js';
import { makeKey } from './signing.js';
import { simulate } from './simulate.js';
import { stacking, stackingRulesMax } from './stacking.js';
import { train } from './train.js';
import { simulationAsJson, simulationAsTable } from './simulate_report.js';
import { help, helpOf, parse, UsageError } from './usage.js';

const newline = Buffer.from('\n');
const notOk = '{"ok":false';

const verbs = {
  quote: 'sp_quote', explain: 'sp_explain', check: 'sp_check', share: 'sp_share', info: 'sp_info',
  estimate: 'sp_estimate', refund: 'sp_refund',
};

// The requests that have a schema.
const schemas = { quote: 'request', explain: 'request', estimate: 'estimate', refund: 'refund' };

// One write: a reply may be larger than what a pipe takes at once, but never cut by another.
const print = (bytes) => process.stdout.write(Buffer.concat([Buffer.from(bytes), newline]));

// Exit code 1 goes with the engine's own error on standard output, or with a book that has some.
// about: what `saidOf` looks into.
function answer({ status, reply }, about = null) {
  const isRefused = status < 0;
  const isBad = reply.toString('latin1', 0, notOk.length) === notOk;
  if (isRefused) print(JSON.stringify(saidOf(JSON.parse(reply.toString()), about)));
  else if (isBad) {
    const value = JSON.parse(reply.toString());
    value.errors = value.errors.map((error) => saidOf(error, about));
    print(JSON.stringify(value));
  } else print(reply);
  return isRefused || isBad ? 1 : 0;
}

// The request in the hands of the native program, which reads the book by itself.
function nativeReply(command, { book, request: asked }, request) {
  const { status, signal, stdout, error } = spawnSync(nativeProgram,
    [command, ...(book === undefined ? [] : ['--book', book]),
      ...(asked === undefined ? [] : ['--request', '-'])],
    { input: request, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  if (error) throw error;
  if (signal) throw new Error(`the native program was ended by ${signal}`);
  return { status: -status, reply: stdout.subarray(0, -newline.length) };
}

async function runVerb(command, options) {
  const isNative = options.engine === 'native';
  if (isNative && !hasNativeProgram()) throw new UsageError('the native program is not built');
  const run = await rawEngine(isNative ? 'wasm' : options.engine);
  const book = options.book === undefined ? null : readJsonBytes(options.book);
  if (book !== null) {
    const loaded = run(loadVerb(book), book);
    if (loaded.status < 0) return answer(loaded, textOfBook(book));
  }
  const request = options.request === undefined ? Buffer.alloc(0) : readJsonBytes(options.request);
  const told = isNative ? nativeReply(command, options, request) : run(verbs[command], request);
  return answer(told, { bytes: request, schema: schemas[command] });
}

async function checkReply(book, engine) {
  if (engine !== 'native') return (await rawEngine(engine))(verbs.check, book);
  if (!hasNativeProgram()) throw new UsageError('the native program is not built');
  const { stdout, error } = spawnSync(nativeProgram, ['check', '--book', '-'],
    { input: book, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
  if (error) throw error;
  return { status: 0, reply: stdout.subarray(0, -newline.length) };
}

// The engine's own reply, and what only the JSON of a lawful book can be asked.
async function runCheck({ book: path, previous: previousPath, engine }) {
  const book = readJsonBytes(path);
  const checked = await checkReply(book, engine);
  const value = JSON.parse(checked.reply.toString());
  if (checked.status < 0 || value.ok !== true) return answer(checked, textOfBook(book));
  let previous = null;
  if (previousPath !== undefined) {
    const before = readJsonBytes(previousPath);
    await checkBook(engine === 'native' ? 'wasm' : engine, before);
    previous = partsOf(before);
  }
  const found = lint(partsOf(book), { manifest: manifestOf(book), previous });
  if (found.length === 0) return answer(checked);
  value.warnings.push(...found);
  print(JSON.stringify(value));
  return 0;
}

async function runReplay(options) {
  const isShown = options.progress || process.stderr.isTTY;
  const figures = await replay(options, isShown ? process.stderr : null);
  if (options.json) print(JSON.stringify(asJson(figures)));
  else process.stdout.write(asTable(figures));
  // A log of which nothing could be priced was most likely no log for this book.
  return figures.differences || (figures.orders > 0 && figures.priced === 0) ? 1 : 0;
}

async function runSimulate(options) {
  const isShown = options.progress || process.stderr.isTTY;
  const figures = await simulate(options, isShown ? process.stderr : null);
  if (options.json) print(JSON.stringify(simulationAsJson(figures)));
  else process.stdout.write(simulationAsTable(figures));
  if (figures.orders === 0 || figures.compared > 0) return 0;
  // Figures of nothing: this was no log for these books.
  process.stderr.write('suanpan: E_LOG: no order could be priced under both books\n');
  return 1;
}

async function runStacking(options) {
  const ids = options.rules.split(',');
  if (ids.length > stackingRulesMax || new Set(ids).size < ids.length) {
    throw new UsageError(`--rules takes up to ${stackingRulesMax} different ids`);
  }
  const book = readJsonBytes(options.book);
  await checkBook(options.engine === 'native' ? 'wasm' : options.engine, book);
  print(JSON.stringify(stacking(partsOf(book).rules, ids)));
  return 0;
}

// The server's own files are read only by those who run one: they need better-sqlite3.
async function runServe(options) {
  const { serve } = await import('./serve.js');
  return serve(options);
}

async function runAdminAction(action, options) {
  const { adminActions, runAdmin } = await import('./admin.js');
  if (!adminActions.includes(action)) throw new UsageError(`no such action: ${action}`);
  try {
    print(JSON.stringify(await runAdmin(action, options)));
    return 0;
  } catch (error) {
    if (error.name === 'SuanpanError' || !/^E_/.test(error.code)) throw error;
    print(JSON.stringify({ code: error.code, ...error.data }));
    return 1;
  }
}

// What makes, signs and verifies: an answer in JSON, or an error.
const signing = {
  keygen: ({ out }) => makeKey(out), root: makeRoot, rotate: makeRoot, sign: addSignatures,
  publish, recall, verify, 'redeem verify': redeemVerify,
  'redeem settle': redeemSettle,
};

async function runRank(options) {
  const lines = [];
  await rank(options, (line) => lines.push(line));
  process.stdout.write(lines.join(''));
  return 0;
}

async function main(argv) {
  const { command, options, action, of } = parse(argv);
  if (command === 'help') {
    process.stdout.write(of === undefined ? help : helpOf(of));
    return 0;
  }
  if (command === 'replay') return runReplay(options);
  if (command === 'train') return train(options);
  if (command === 'rank') return runRank(options);
  if (command === 'check') return runCheck(options);
  if (command === 'check stacking') return runStacking(options);
  if (command === 'serve') return runServe(options);
  if (command === 'admin') return runAdminAction(action, options);
  if (command === 'simulate') return runSimulate(options);
  if (Object.hasOwn(signing, command)) {
    print(JSON.stringify(await signing[command](options)));
    return 0;
  }
  return runVerb(command, options);
}

// Only a defect of ours needs its stack.
function wordsFor(error) {
  if (error instanceof UsageError) return `${error.message} (see suanpan --help)`;
  // The host's own words, of a port that is taken or may not be had.
  if (error.syscall === 'listen') return `E_PORT: ${error.message}`;
  if (error instanceof SuanpanError) return `${error.code}: ${error.message}`;
  return error instanceof FileError ? error.message : error.stack;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof SuanpanError && error.code !== 'E_ENGINE') {
    print(JSON.stringify(error));
    process.exitCode = 1;
  } else {
    process.stderr.write(`suanpan: ${wordsFor(error)}\n`);
    process.exitCode = 2;
  }
}
