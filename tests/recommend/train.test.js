// The trainer finds what was planted, writes the same bytes twice, keeps to its budget, and says
// which rows are bad.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hasTrainer, trainer } from '../../js/cli/train.js';
import { asBaskets, asCsv, asFields, asJsonLines, idOf, inventLog, partnerOf } from './invented.js';

const folder = mkdtempSync(join(tmpdir(), 'suanpan-train-'));
const at = (name) => join(folder, name);
const cli = new URL('../../js/cli/suanpan.js', import.meta.url).pathname;

function train(text, name, ...flags) {
  writeFileSync(at(`${name}.log`), text, text.includes('\xff') ? 'latin1' : 'utf8');
  const run = spawnSync(trainer, ['--orders', at(`${name}.log`), '--out', at(name), ...flags],
    { encoding: 'utf8' });
  return { ...run, file: run.status === 0 ? readFileSync(at(name)) : null };
}

function suanpan(...args) {
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
}

// Only a machine without OpenBLAS has no trainer, and its build has said so.
describe('suanpan-train', { skip: hasTrainer() ? false : 'OpenBLAS is not there' }, () => {
  after(() => rmSync(folder, { recursive: true }));
  const log = inventLog();

  test('the same log gives the same bytes', () => {
    const once = train(asFields(log), 'once', '--no-table');
    const twice = train(asFields(log), 'twice', '--no-table');
    assert.equal(once.status, 0, once.stderr);
    assert.ok(once.file.equals(twice.file));
  });

  test('every form of the log gives the same model', () => {
    const fields = train(asFields(log), 'fields', '--no-table').file;
    assert.ok(train(asCsv(log), 'csv', '--no-table').file.equals(fields));
    assert.ok(train(asJsonLines(log), 'jsonl', '--no-table').file.equals(fields));
    const baskets = train(asBaskets(log), 'baskets', '--no-table');
    assert.equal(baskets.status, 0, baskets.stderr);
  });

  test('a table as any program writes it gives the same model', () => {
    const plain = train(asCsv(log), 'plain', '--no-table').file;
    const csv = asCsv(log);
    for (const text of [`\uFEFF${csv}`, csv.replace(/\n/g, '\r\n'), csv.replace(/,/g, ';'),
      csv.replace(/,/g, '\t'), `${csv}\n\n`]) {
      const { file, stderr } = train(text, 'other', '--no-table');
      assert.ok(file?.equals(plain), stderr);
    }
  });

  test('the file keeps to its budget', () => {
    for (const bytes of [1024, 4096, 16384]) {
      const { file } = train(asFields(log), 'small', '--no-table', '--bytes', String(bytes));
      assert.ok(file.length <= bytes, `${file.length} bytes of ${bytes}`);
    }
  });

  test('planted pairs come first, and the table beats popularity by far', () => {
    const { stdout } = train(asFields(log), 'pairs');
    const ndcg = (name) => Number(stdout.match(new RegExp(`^${name} +([0-9.]+)`, 'm'))[1]);
    assert.ok(ndcg('this model') > ndcg('popularity') + 20, stdout);
    assert.ok(ndcg('this model') > ndcg('dense EASE') - 1, stdout);
    assert.ok(ndcg('this model, own history') >= ndcg('this model'), stdout);
    const cases = [0, 1, 6, 9].map((item) => `${item}\t\t0\t${idOf(item)}\t\n`).join('');
    writeFileSync(at('cases.tsv.gz'), gzipSync(cases));
    const ranked = suanpan('rank', '--model', at('pairs'), '--cases', at('cases.tsv.gz'));
    assert.equal(ranked.status, 0, ranked.stderr);
    for (const line of ranked.stdout.trim().split('\n')) {
      const [item, ids] = line.split('\t');
      assert.equal(ids.split(' ').length, 20);
      assert.equal(ids.split(' ')[0], idOf(partnerOf(Number(item))));
    }
  });

  test('a history brings back what was bought, but for nobody in non-personal mode', () => {
    train(asFields(log), 'habits', '--no-table');
    writeFileSync(at('past.txt'), `1 me 10 5 s021:1:100\n2 me 20 5 s021:1:100 s023:1:100\n`);
    writeFileSync(at('next.tsv'), 'a\tme\t30\t\t\nb\tme\t15\t\t\nc\tother\t30\t\t\n');
    const rank = (...more) => suanpan('rank', '--model', at('habits'), '--cases', at('next.tsv'),
      '--history', at('past.txt'), ...more).stdout.trim().split('\n')
      .map((line) => line.split('\t')[1].split(' '));
    const [late, early, other] = rank();
    assert.equal(late[0], 's021');
    assert.ok(late.indexOf('s023') < other.indexOf('s023') || !other.includes('s023'));
    assert.notDeepEqual(early, late);
    // Member 0 is nobody, whatever he bought.
    writeFileSync(at('past.txt'), '1 0 10 5 s021:1:100\n2 0 20 5 s021:1:100 s023:1:100\n');
    writeFileSync(at('next.tsv'), 'a\t0\t30\t\t\n');
    assert.deepEqual(rank()[0], other);
    writeFileSync(at('past.txt'), `1 me 10 5 s021:1:100\n2 me 20 5 s021:1:100 s023:1:100\n`);
    writeFileSync(at('next.tsv'), 'a\tme\t30\t\t\nb\tme\t15\t\t\nc\tother\t30\t\t\n');
    const plain = rank('--non-personal');
    assert.deepEqual(plain[0], plain[2]);
    assert.deepEqual(plain[2], other);
  });

  test('a bad row is named by its line, and left out only when that is asked for', () => {
    const rows = asFields(log).split('\n');
    rows.splice(4, 0, '17 m1 3 4 s001:x');
    const refused = train(rows.join('\n'), 'bad', '--no-table');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /line 5: an item is not item:qty:price/);
    const skipped = train(rows.join('\n'), 'bad', '--no-table', '--skip-bad');
    assert.equal(skipped.status, 0);
    assert.match(skipped.stdout, /1 bad rows left out/);
    assert.ok(skipped.file.equals(train(asFields(log), 'good', '--no-table').file));
    for (const [text, words] of [
      ['order,sku\n1,"a\n', /quote/], ['sku,qty\na,1\n', /head line/], ['{"lines":1}\n', /lines/],
      ['{"lines":[{"sku":"a","qty":1.5}]}\n', /whole numbers/],
      ['1 m 3 4 a:1:1\n2 m 3 4\n', /line 2: fewer than five/],
      ['order,sku\n1,\xff\n', /line 2: a sku is 1 to 64 bytes of UTF-8/],
      ['order,sku,time\n1,a,2024-02-03 25:00\n', /line 2: no such time/],
      ['', /at least 20 of 2 are needed/], ['a b\n', /1 orders of 2 items are too few/]]) {
      const { status, stderr } = train(text, 'worse');
      assert.equal(status, 1, text);
      assert.match(stderr, words);
    }
  });

  test('more items than a square matrix takes find their partners by the most similar ones', () => {
    const items = 13000;
    const many = Array.from({ length: 14000 }, (_, order) => {
      const first = order * 7919 % items;
      return { order, member: 0, day: Math.floor(order / 100),
        items: [...new Set([first, partnerOf(first), order % 7])] };
    });
    const { stdout, status, stderr } = train(asFields(many), 'many', '--no-table', '--quick',
      '--bytes', '600000');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /13000 items \(13000 in the model\)/);
    const cases = [8, 501, 7000, 12999].map((item) => `${item}\t\t0\t${idOf(item)}\t\n`).join('');
    writeFileSync(at('many.tsv'), cases);
    const ranked = suanpan('rank', '--model', at('many'), '--cases', at('many.tsv'));
    for (const line of ranked.stdout.trim().split('\n')) {
      const [item, ids] = line.split('\t');
      assert.equal(ids.split(' ')[0], idOf(partnerOf(Number(item))));
    }
    // In fewer bytes than its ids take, the most sold ones are in it.
    const few = train(asFields(many), 'few', '--no-table', '--quick', '--bytes', '4096');
    const [, kept] = few.stdout.match(/\((\d+) in the model\)/);
    assert.ok(Number(kept) > 100 && Number(kept) < 3000, kept);
    assert.ok(few.file.length <= 4096);
  });

  test('a history that can not be read is named by its line', () => {
    train(asFields(log), 'named', '--no-table');
    writeFileSync(at('next.tsv'), 'a\tme\t30\t\t\n');
    for (const [text, words] of [['order,sku\r\n1,"a\r\n', /:2: a quote is not closed/],
      ['order;member\n1;me\n', /:2: there is no order or no sku/],
      ['1 me x 5 s021:1:100\n', /:1: not order user day/], ['{"lines":1}\n', /:1: .*lines/]]) {
      writeFileSync(at('past.txt'), text);
      const { status, stdout } = suanpan('rank', '--model', at('named'), '--cases', at('next.tsv'),
        '--history', at('past.txt'));
      assert.equal(status, 1, text);
      assert.match(stdout, words);
    }
  });

  test('what can not be read or written is told', () => {
    assert.equal(spawnSync(trainer, ['--orders', at('none'), '--out', at('x')]).status, 2);
    assert.equal(spawnSync(trainer, ['--orders', at('once.log')]).status, 2);
    const { status } = spawnSync(trainer,
      ['--orders', at('once.log'), '--out', join(folder, 'none', 'x'), '--no-table']);
    assert.equal(status, 2);
    assert.ok(statSync(at('once')).size > 0);
    // Before anything is trained.
    const log = ['--orders', at('once.log'), '--no-table'];
    for (const args of [['--out', folder], ['--out', join(folder, 'none', 'x')],
      ['--out', at('x'), '--cases', at('none')]]) {
      const found = suanpan('train', ...log, ...args);
      assert.deepEqual([found.status, found.stdout], [2, '']);
      assert.match(found.stderr, /E_FILE: can't (read|write) /);
    }
  });

  test('cases may be packed', () => {
    const one = 'a\tme\t30\ts021\ts022\n';
    writeFileSync(at('packed.tsv.gz'), gzipSync(one));
    const { status, stdout } = suanpan('train', '--orders', at('once.log'), '--no-table',
      '--out', at('packed'), '--cases', at('packed.tsv.gz'));
    assert.equal(status, 0);
    assert.match(stdout, /\n1 cases of the file/);
  });

  test('a case that can not be asked is named by its line', () => {
    train(asFields(log), 'asked', '--no-table');
    for (const [text, words] of [[`a\tme\t30\ts021\t\nb\tme\t30\t${'x'.repeat(65)}\t\n`,
      /E_ID.*line 2: /], ['a\tme\tlate\ts021\t\n', /line 1: not case TAB user/]]) {
      writeFileSync(at('asked.tsv'), text);
      const { status, stdout } = suanpan('rank', '--model', at('asked'), '--cases',
        at('asked.tsv'));
      assert.equal(status, 1);
      assert.match(stdout, words);
    }
  });
});
