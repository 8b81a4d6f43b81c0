// Faults planted in the trainer: each has to make the probe that is named beside it fail, or that
// probe says nothing. A mutant is one source of the trainer compiled again and linked with the
// others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDir, root } from '../../js/build/cmake.js';
import { hasTrainer, trainer } from '../../js/cli/train.js';
import { planted, run } from '../mutants.js';
import { asCsv, asFields, inventLog } from './invented.js';
import { splitLog } from './unseen_run.js';

const folder = mkdtempSync(join(tmpdir(), 'suanpan-train-mutant-'));
const at = (name) => join(folder, name);
const native = buildDir('native');
const objects = join(native, 'CMakeFiles', 'suanpan_train.dir', 'src', 'train');
const libraries = ['suanpan', 'cjson'].map((name) => join(native, `lib${name}.a`));
const compiler = process.env.CC || 'cc';

const invented = inventLog({ orders: 600 });
const tight = splitLog('wholesale', { orders: 5000, items: 600 });

function train(program, log, ...more) {
  writeFileSync(at('log'), log);
  return spawnSync(program, ['--orders', at('log'), '--out', at('model'), ...more],
    { encoding: 'utf8' });
}

const ndcg = (text, name) => Number(text.slice(text.indexOf('cases of the file'))
  .match(new RegExp(`^${name} +([0-9.]+)`, 'm'))[1]);

/** Each says whether a trainer does its duty. */
const probes = {
  'guests are nobody'(program) {
    const log = asFields(invented).replace(/^(\d*[05]) m\d+/gm, '$1 0');
    const members = new Set(log.match(/ m\d+/g)).size;
    return train(program, log, '--no-table').stdout.includes(` ${members} members,`);
  },
  'the mark of UTF-8 is no part of a name'(program) {
    return train(program, `\uFEFF${asCsv(invented)}`, '--no-table').status === 0;
  },
  'a semicolon separates'(program) {
    const log = asCsv(invented).replace(/,/g, ';');
    return /^600 orders, \d\d items/m.test(train(program, log, '--no-table').stdout);
  },
  'ids are UTF-8'(program) {
    const log = Buffer.from(asFields(invented).replace('s001', '\xe9001'), 'latin1');
    return train(program, log, '--no-table').status === 1;
  },
  'the dearest order is one more order'(program) {
    const dear = '999999999999999:999999999999999';
    const log = asFields(invented).replace(/:1:\d+\n/g, `:${dear}\n`);
    train(program, log, '--no-table');
    // loyal_yuan is the last number of the head.
    return readFileSync(at('model')).readUInt16LE(4 + 2 * 21) === 65535;
  },
  'without a basket in the tail nothing is tuned'(program) {
    const log = invented.map(({ items: [first] }) => `s${first}\n`).join('');
    return /lambda 10,/.test(train(program, log, '--no-table').stdout);
  },
  'in little room the weights are as good as all of them'(program) {
    writeFileSync(at('cases'), tight.cases);
    const { stdout } = train(program, tight.log, '--no-table', '--bytes', '4400', '--cases',
      at('cases'));
    return ndcg(stdout, 'this model') > 0.985 * ndcg(stdout, 'dense EASE');
  },
};

const mutants = [
  ['guests are one member', 'log.c', "(size == 1 && *name == '0')", 'false', 'guests are nobody'],
  ['a mark stays in the head', 'log.c', 'if (r->line == 1 && end', 'if (0 && end',
    'the mark of UTF-8 is no part of a name'],
  ['only commas separate', 'log.c', 'separator = ",;\\t"', 'separator = ","',
    'a semicolon separates'],
  ['any bytes are an id', 'log.c', 'if (!length) return false;', 'if (!length) return true;',
    'ids are UTF-8'],
  ['spending has no end', 'log.c', 'price_fen && qty > room / price_fen ? room : qty * price_fen',
    '(int32_t)((uint64_t)qty * (uint64_t)price_fen)', 'the dearest order is one more order'],
  ['no case is as good as a better one', 'holdout.c', 'if (!count) return false;',
    'if (!count) return true;', 'without a basket in the tail nothing is tuned'],
  ['a weight always takes eight bits', 'tune.c', 'bit_counts[] = {6, 8, 5, 4, 3}',
    'bit_counts[] = {8, 8, 8, 8, 8}', 'in little room the weights are as good as all of them'],
  ['one side of a pair is tuned for both', 'weights.c', 'k->scales ? &k->rows : &k->stored',
    '&k->stored', 'in little room the weights are as good as all of them'],
  ['levels lie on the wrong scale', 'keep.c', 'pow(centers[l], 4)', 'pow(centers[l], 2)',
    'in little room the weights are as good as all of them'],
  ['the largest weights go first', 'keep.c', 'return a->key > b->key ? -1 : 1;',
    'return a->key > b->key ? 1 : -1;', 'in little room the weights are as good as all of them'],
];

function mutated([, file, from, to]) {
  const source = readFileSync(join(root, 'src', 'train', file), 'utf8');
  const path = at(basename(file));
  const program = at('trainer');
  writeFileSync(path, planted(source, from, to, file));
  const others = readdirSync(objects).filter((one) => one !== `${file}.o`)
    .map((one) => join(objects, one)).filter((one) => one.endsWith('.o'));
  const { status, text } = run(compiler, ['-O1', '-D_POSIX_C_SOURCE=200809L',
    '-I', join(root, 'src'), '-I', join(buildDir('deps'), 'cjson'), path, ...others, ...libraries,
    '-lopenblas', '-lm', '-o', program]);
  assert.equal(status, 0, text);
  return program;
}

describe('the trainer', { skip: hasTrainer() ? false : 'OpenBLAS is not there' }, () => {
  before(() => assert.ok(existsSync(objects)));
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, holds] of Object.entries(probes)) {
    test(name, () => assert.ok(holds(trainer)));
  }
  for (const mutant of mutants) {
    const [name, , , , probe] = mutant;
    test(`${name}: seen by "${probe}"`, () => assert.ok(!probes[probe](mutated(mutant))));
  }
});
