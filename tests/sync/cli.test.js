// From no keys at all to a book that phones take, through a stolen key and out again, all by the
// command line; and a till alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../js/node.js';
import { redeemCode, rules, catalog } from './kit.js';
import { readSigner } from '../../js/cli/signing.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'suanpan-merchant-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names) => names.map((name) => join(folder, name)).join(',');

function run(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words],
    { encoding: 'utf8' });
  return { status, stderr, told: stdout ? JSON.parse(stdout) : null, stdout };
}
function good(...words) {
  const { status, told, stderr, stdout } = run(...words);
  assert.equal(status, 0, `${words.join(' ')}\n${stdout}${stderr}`);
  return told;
}
const failed = (...words) => {
  const { status, told } = run(...words);
  assert.notEqual(status, 0, words.join(' '));
  return told?.code ?? status;
};

const names = ['r1', 'r2', 'r3', 'r4', 'book', 'book2', 'online', 'redeem'];
const pubs = Object.fromEntries(names.map((name) => {
  const told = good('keygen', '--out', at(name));
  assert.deepEqual(Object.keys(told), ['kid', 'pub']);
  return [name, told.pub];
}));
const config = (name, more = {}) => {
  const role = (keys, threshold = 1) => ({ keys: keys.map((key) => pubs[key]), threshold });
  const roles = { root: role(['r1', 'r2', 'r3'], 2), book: role(['book']),
    online: role(['online']), redeem: role(['redeem']), ...more(role) };
  writeFileSync(join(folder, name), JSON.stringify({ shop: 'tea', expires: '2040-01-01', roles }));
  return at(name);
};
const plain = (version, more = {}) => {
  writeFileSync(join(folder, 'book.json'), JSON.stringify({
    suanpan_book: 1, shop: 'tea', version, meaning: 1, catalog, rules, ...more }));
  return at('book.json');
};

test('keys are made once, for their owner alone, and never shown', () => {
  assert.equal(statSync(join(folder, 'r1')).mode & 0o777, 0o600);
  const before = readFileSync(join(folder, 'r1'));
  assert.equal(run('keygen', '--out', at('r1')).status, 2);
  assert.deepEqual(readFileSync(join(folder, 'r1')), before);
  writeFileSync(join(folder, 'open'), before, { mode: 0o644 });
  const { status, stderr } = run('sign', '--file', at('r1'), '--sign', at('open'));
  assert.equal(status, 2);
  assert.match(stderr, /E_FILE/);
});

test('a root needs its threshold, and signatures may come one after the other', () => {
  const given = config('roles1.json', () => ({}));
  const one = good('root', '--config', given, '--sign', at('r1'), '--out', at('root1'));
  assert.deepEqual([one.v, one.enough, one.signed.length], [1, false, 1]);
  assert.equal(good('sign', '--file', at('root1'), '--sign', at('r2')).signed.length, 2);
  assert.equal(good('verify', '--root', at('root1')).root.v, 1);
});

test('a book is published, followed, and recalled', async () => {
  const sign = ['--root', at('root1'), '--sign', at('book')];
  const first = good('publish', '--book', plain(1), ...sign, '--out', at('b1'));
  assert.deepEqual([first.epoch, first.ver, first.enough], [1, 1, true]);
  const second = good('publish', '--book', plain(2), ...sign, '--out', at('b2'), '--previous',
    at('b1'), '--audience', 'rules=member');
  assert.deepEqual([second.epoch, second.ver], [1, 2]);
  const { manifest } = good('verify', '--root', at('root1'), '--book', at('b2'));
  assert.equal(manifest.prev, first.digest);
  assert.deepEqual(manifest.parts.map(({ audience }) => audience), ['public', 'member']);
  const third = good('recall', '--book', at('b2'), ...sign, '--out', at('b3'));
  const recalled = good('verify', '--root', at('root1'), '--book', at('b3'));
  assert.deepEqual([third.ver, recalled.manifest.min_ver], [3, 3]);
  writeFileSync(join(folder, 'checkpoint'), recalled.checkpoint);
  assert.equal(failed('verify', '--root', at('root1'), '--book', at('b2'), '--checkpoint',
    at('checkpoint')), 'E_ROLLBACK');
  const engine = await createEngine({ shop: 'tea', root: readFileSync(join(folder, 'root1')) });
  const loaded = await engine.load(readFileSync(join(folder, 'b3')));
  assert.equal(loaded.digest, third.digest);
  assert.equal(loaded.checkpoint, recalled.checkpoint);
});

test('what starts later is not in the bytes, and the merchant is told when to publish it', () => {
  const soon = { id: 'soon', kind: 'promotion', stage: 'order', give: { free_freight: {} },
    window: { from: '2026-03-01T08:10:00' } };
  const late = { ...soon, id: 'late', title: 'a secret', window: { from: '2026-03-01T08:10:01' } };
  const latest = { ...late, id: 'latest', window: { from: '2026-04-01T00:00:00' } };
  const book = plain(9, { rules: { ...rules, rules: [...rules.rules, latest, soon, late] } });
  // 2026-03-01 08:00:00 in China.
  const now = 1772323200;
  const told = good('publish', '--book', book, '--root', at('root1'), '--sign', at('book'),
    '--out', at('embargo'), '--embargo', '600', '--now', String(now));
  assert.deepEqual(told.withheld, [{ rule: 'latest', from: Date.UTC(2026, 2, 31, 16) / 1000 },
    { rule: 'late', from: now + 601 }]);
  assert.equal(told.again, now + 1);
  const bytes = readFileSync(join(folder, 'embargo')).toString('latin1');
  assert.match(bytes, /"soon"/);
  assert.doesNotMatch(bytes, /late|secret/);
  const whole = good('publish', '--book', book, '--root', at('root1'), '--sign', at('book'),
    '--out', at('embargo'), '--embargo', String(40 * 86400), '--now', String(now));
  assert.deepEqual([whole.withheld, whole.again], [[], null]);
  assert.equal(failed('publish', '--book', book, '--root', at('root1'), '--sign', at('book'),
    '--out', at('embargo'), '--embargo', 'soon'), 2);
});

test('nothing is published that is not good or not of this shop', () => {
  const sign = ['--root', at('root1'), '--sign', at('book'), '--out', at('never')];
  assert.equal(failed('publish', '--book', plain(1, { shop: 'milk' }), ...sign), 'E_SHOP');
  assert.equal(failed('publish', '--book', plain(1, { colour: 'red' }), ...sign), 'E_FIELD');
  assert.throws(() => statSync(join(folder, 'never')));
  const unsigned = ['--book', plain(1), '--root', at('root1'), '--sign', at('online'), '--out'];
  assert.equal(failed('publish', ...unsigned, at('never')), 'E_KEY');
  assert.throws(() => statSync(join(folder, 'never')));
});

test('options of publishing that say nothing are refused by name, before anything is written',
  () => {
    const sign = ['--root', at('root1'), '--sign', at('book'), '--out', at('never')];
    const tell = (...words) => {
      const { status, told, stderr } = run(...words, ...sign);
      return told ? `${told.code} ${told.message}` : `${status} ${stderr}`;
    };
    const publish = (...words) => tell('publish', '--book', plain(1), ...words);
    assert.match(publish('--audience', 'rule=member'), /E_REFERENCE .*no part rule, but catalog/);
    ['foo=bar', 'rules=all', '=', 'rules', '', 'rules=member=x'].forEach((words) =>
      assert.match(publish('--audience', words), /^2 .*--audience needs PART=public\|m/, words));
    [['days', '0', '-1', 'abc', '99999'], ['now', 'abc', '-1'], ['not-before', 'soon'],
      ['embargo', '-1', '1.5']].forEach(([name, ...values]) => values.forEach((value) =>
      assert.match(publish(`--${name}=${value}`), new RegExp(`^2 .*--${name} needs`),
        `${name} ${value}`)));
    const recall = (value) => tell('recall', '--book', at('b3'), `--min-ver=${value}`);
    ['abc', '0'].forEach((value) => assert.match(recall(value), /^2 .*--min-ver needs/));
    ['1', '2', '3'].forEach((value) => assert.match(recall(value), /E_RANGE --min-ver: nothing/));
    assert.match(recall('5'), /E_RANGE --min-ver: the next/);
    assert.equal(failed('sign', '--file', at('b1'), '--root', at('root1'), '--sign', at('online'),
      '--out', at('never')), 'E_KEY');
    assert.equal(failed('sign', '--file', at('root1'), '--sign', at('online'),
      '--out', at('never')), 'E_KEY');
    assert.equal(failed('root', '--config', at('roles1.json'), '--sign', at('online'),
      '--out', at('never')), 'E_KEY');
    assert.throws(() => statSync(join(folder, 'never')));
    assert.match(run('publish', '--book', plain(1), ...sign.slice(0, 4), '--out',
      join(folder, 'no', 'such')).stderr, /E_FILE: can't write .*ENOENT/);
    assert.match(run('keygen', '--out', at('r1')).stderr, /E_FILE: can't write .*EEXIST/);
  });

test('a wrong word in the roles of a root is named with its path', () => {
  const role = { keys: [pubs.r1], threshold: 1 };
  const right = { shop: 'tea', expires: 2000000000,
    roles: { root: role, book: role, online: role } };
  const roles = (more) => ({ ...right, roles: { ...right.roles, ...more } });
  const wrong = [[{ ...right, expires: 'never' }, 'E_RANGE /expires'],
    [{ ...right, expires: 1.5 }, 'E_TYPE /expires'], [{ ...right, v: 1 }, 'E_FIELD /v'],
    [{ shop: 'tea', expires: 2000000000 }, 'E_REQUIRED /roles'], [[], 'E_TYPE '],
    [roles({ book: undefined }), 'E_REQUIRED /roles/book'],
    [roles({ books: role }), 'E_FIELD /roles/books'],
    [roles({ book: [pubs.r1] }), 'E_TYPE /roles/book'],
    [roles({ book: { keys: ['root.key'], threshold: 1 } }), 'E_KEY /roles/book/keys/0'],
    [roles({ book: { keys: pubs.r1, threshold: 1 } }), 'E_TYPE /roles/book/keys'],
    [roles({ book: { keys: [pubs.r1, pubs.r1], threshold: 1 } }),
      'E_DUPLICATE_ID /roles/book/keys/1'],
    [roles({ book: { keys: [pubs.r1], threshold: 2 } }), 'E_RANGE /roles/book/threshold'],
    [roles({ online: { keys: [pubs.r1, pubs.r2], threshold: 2 } }),
      'E_RANGE /roles/online/threshold']];
  wrong.forEach(([value, expected]) => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(value));
    const { status, told } = run('root', '--config', at('wrong.json'), '--sign', at('r1'),
      '--out', at('never'));
    assert.deepEqual([status, `${told.code} ${told.path}`], [1, expected]);
  });
});

test('a stolen book key is dropped by the next root, and books go on in a new epoch', () => {
  const given = config('roles2.json', (role) => ({
    root: role(['r1', 'r2', 'r4'], 2), book: role(['book2']),
  }));
  const rotate = ['rotate', '--previous', at('root1'), '--config', given, '--out', at('root2')];
  assert.equal(good(...rotate, '--sign', at('r1', 'r4')).enough, false);
  assert.equal(failed('verify', '--root', at('root1', 'root2')), 'E_SIGNATURE');
  assert.equal(good(...rotate, '--sign', at('r1', 'r2')).enough, true);
  const chain = at('root1', 'root2');
  assert.equal(good('verify', '--root', chain).root.v, 2);
  assert.equal(failed('verify', '--root', chain, '--book', at('b3')), 'E_SIGNATURE');
  assert.equal(failed('verify', '--root', at('root2', 'root1')), 'E_ROLLBACK');
  const next = good('publish', '--book', plain(4), '--root', chain, '--sign', at('book2'),
    '--previous', at('b3'), '--out', at('b4'));
  assert.deepEqual([next.epoch, next.ver], [2, 1]);
  assert.equal(good('verify', '--root', chain, '--book', at('b4'), '--checkpoint',
    at('checkpoint')).manifest.epoch, 2);
  // The epoch can't be told by half of the chain.
  assert.equal(failed('publish', '--book', plain(4), '--root', at('root2'), '--sign', at('book2'),
    '--out', at('b5')), 'E_ROOT');
});

test('a till takes a redemption code once, in its store, in its time', () => {
  const key = readSigner(join(folder, 'redeem'));
  const now = 1760000000;
  const value = { c: 'coupon-1', e: now + 200, i: now, j: 'a1', s: 'shop-7', shop: 'tea', v: 500 };
  const ask = (changes, more = {}, signer = key) => ['redeem', 'verify', '--root', at('root1'),
    '--code', redeemCode(signer, { ...value, ...changes }), '--store', more.store ?? 'shop-7',
    '--now', String(more.now ?? now + 5), '--used', at('used')];
  assert.deepEqual(good(...ask({})), value);
  assert.equal(failed(...ask({})), 'E_REPLAY');
  assert.equal(failed(...ask({ j: 'a2' }, { store: 'shop-8' })), 'E_SHOP');
  assert.equal(failed(...ask({ j: 'a2' }, { now: now + 261 })), 'E_EXPIRED');
  assert.equal(failed(...ask({ j: 'a2', e: now + 301 })), 'E_EXPIRED');
  assert.equal(failed(...ask({ j: 'a2' }, { now: now - 61 })), 'E_NOT_YET');
  assert.equal(failed(...ask({ j: 'a2' }, {}, readSigner(join(folder, 'online')))), 'E_SIGNATURE');
  assert.equal(failed(...ask({ j: 'a2', shop: 'milk' })), 'E_SHOP');
  assert.deepEqual(good(...ask({ j: 'a2' }, { now: now + 260 })).j, 'a2');
});
