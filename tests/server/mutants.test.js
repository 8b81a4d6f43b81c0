// The tests can fail: each change to a copy of the server that takes one of its guards away must
// break a test that is named here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

// A test runner inside of a test runner would not run.
const { NODE_TEST_CONTEXT, ...env } = process.env;
const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'suanpan-mutant-'));
['js', 'tests/server', 'tests/sim'].forEach((path) =>
  cpSync(join(root, path), join(copy, path), { recursive: true }));
['dist', 'node_modules', 'package.json'].forEach((path) =>
  symlinkSync(join(root, path), join(copy, path)));
after(() => rmSync(copy, { recursive: true, force: true }));

// [what it lacks, file, what is replaced, by what, test file, test]; several changes of one mutant
// stand as lists.
const mutants = [
  ['guards that look at row counts', 'store.js', '!== 1) throw new Refused(code)',
    '< 0) throw code', 'holes', 'a coupon quota is not over-claimed by 64 at once'],
  ['a limit of the quota', 'wallet.js', 'AND quota_left > 0', '',
    'holes', 'a coupon quota is not over-claimed by 64 at once'],
  ['one effect for a uid', 'batch.js', 'return row.kind === body.k && row.args === args',
    'return row.kind === undefined',
    'sync', 'one uid has one effect, at whatever number and device it comes'],
  ['UNIQUE on uids, and the look for them', ['batch.js', 'schema.js'],
    ['if (!row) return null;\n  return row.kind', ', UNIQUE (tenant, member, uid)'],
    ['return null;\n  return row.kind', ''],
    'sync', 'one uid has one effect, at whatever number and device it comes'],
  ['numbers of requests', 'sync.js', 'asked.request.count <= row.count', 'false',
    'sync', 'a captured request that is replayed reads nothing new'],
  ['the MAC of a request', 'sync.js', "throw new HttpError(401, 'E_MAC')", 'Boolean()',
    'sync', 'one flipped bit anywhere in a request has no effect'],
  ['the tag of an op', 'batch.js', "fit('E_MAC')", 'Boolean()',
    'sync', 'what does not fit the chain changes nothing'],
  ['canonical bytes', 'batch.js', 'return undefined;', 'body = JSON.parse(text);',
    'sync', 'what does not fit the chain changes nothing'],
  ['the price of the server', 'law.js', 'const isEqual = payableOf(receipt) === shown.t',
    'const isEqual = true', 'law', 'current and different'],
  ['the hash of an older quote', 'law.js', '(!isSameTime || hash === shown.h)', 'true',
    'law', 'older and not reproducible'],
  ['an end of grace', 'law.js', 'time.arrivalS - supersededS <= graceOf(book, then)', 'true',
    'law', 'server: beyond the grace'],
  ['the last reply as the earliest time', 'law.js', 'Math.max(lastReplyMs, lastDoneMs, ',
    'Math.max(', 'law', 'an op counts as done'],
  ['states of orders', 'pay.js', "ord = ? AND state = 'placed'\", nowMs", 'ord = ?", nowMs',
    'holes', 'a payment callback that comes late'],
  ['events of payments', 'pay.js', 'if (known) return known.outcome;', '',
    'holes', 'a payment callback that comes late'],
  ['giving back', 'pay.js', 'giveBackAll(tx, { tenant, member, ord,',
    'Boolean({ tenant, member, ord,', 'orders', 'an order that is not paid in time ends'],
  ['a note of what was given back', 'givings.js', 'SET back = back + ?',
    'SET back = back + 0 * ?', 'givings', 'growth goes by the money of the goods'],
  ['growth that goes back', 'refund.js', "return kind === 'growth' ? share(n) : 0;", 'return 0;',
    'givings', 'growth goes by the money of the goods'],
  ['thresholds of rewards', 'refund.js', 'isGone || broken.has(more.by)', 'isGone',
    'givings', 'growth goes by the money of the goods'],
  ['a tier of the keeper', 'givings.js', 'tiers.indexOf(row.tier_granted)', '-1',
    'givings', 'what another order brought stays'],
  ['a balance that is looked at', 'givings.js', 'Math.min(n, has)', 'n',
    'givings', 'what was spent meanwhile is told'],
  ['the tag of a share', 'shares.js', 'isEqual(own, Buffer.from(tag)) ?', 'own ?',
    'tokens', 'a token names nobody'],
  ['an eye on the sharer himself', ['shares.js', 'schema.js'],
    ['owner.member === member', ', CHECK (inviter <> member)'], ['owner.member === null', ''],
    'tokens', 'a share is counted once'],
  ['one visit for a member', ['shares.js', 'schema.js'],
    ['campaign, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      'PRIMARY KEY (tenant, member, jti), CHECK (inviter'],
    ['campaign, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', 'CHECK (inviter'],
    'tokens', 'a share is counted once'],
  ['one coupon for a code', 'codes.js', 'AND member IS NULL', '',
    'tokens', 'one code that forty ask for'],
  ['a wait for those who guess', 'codes.js', '!shop.limits.codes.take(member)', 'false',
    'tokens', 'who guesses codes'],
  ['a member\'s limit of a batch', 'codes.js', 'AND n < (SELECT per_member',
    'OR n < (SELECT per_member', 'tokens', 'a code brings one coupon'],
  ['codes that are stored as their MAC', 'codes.js',
    'nameOf(shop, code), batch));', 'plain(code), batch));',
    'tokens', 'codes end, are told once'],
  ['a hold', 'redeem.js', "SET state = 'held'", "SET state = 'issued'",
    'tokens', 'a code for a till is signed'],
  ['one till for a code', 'redeem.js', 'row.till === till', 'row.till !== null',
    'tokens', 'what a till took'],
  ['the store of a code', 'redeem.js', '&& row.store === store ?', '?',
    'tokens', 'what a till took'],
  ['the letters of a code', 'redeem.js', 'row.code === code &&', '', 'tokens', 'what a till took'],
  ['the coupon that a late till looks for', 'redeem.js',
    "+ 'AND state = ?', tenant, member, coupon, from) === 1",
    "+ 'AND state <> ?', tenant, member, coupon, '') === 1",
    'tokens', 'a code that no till told of'],
  ['one taker of a handover', 'sessions.js', "UPDATE ticket SET kind = 'handed', ticket = ? WHERE",
    "UPDATE OR IGNORE ticket SET ticket = ticket, body = ? || '' WHERE",
    'http', 'a handover code carries'],
  ['limits of stock', 'takings.js', 'if (missing > 0) soldOut', 'if (missing > 1e9) soldOut',
    'holes', 'stock is not sold twice by forty orders at once'],
  ['stores that are not counted', 'takings.js', 'if (isCounted) soldOut(sku, store);', '',
    'orders', 'a good that is counted in one store'],
  ['a note of what went back', 'takings.js', 'SET n = n - ?, more', 'SET n = n - 0 * ?, more',
    'orders', 'an order that is not paid in time ends'],
  ['lots of points that add up', 'wallet.js', 'UPDATE points_lot SET left_n = left_n - ?',
    'UPDATE points_lot SET left_n = left_n - 0 * ?', 'sim', 'life [12] breaks nothing'],
  ['a state that one payment finds', 'pay.js', "AND ord = ? AND state = 'placed'\", nowMs",
    'AND ord = ?", nowMs', 'sim', 'life [12] breaks nothing'],
  ['a look at what another server has changed', 'view.js',
    'cart.viewVer === known.ver + cart.changes', 'true', 'sim', 'life [12] breaks nothing'],
  ['coupons that are held', 'redeem.js', "SET state = 'held'", "SET state = 'issued'",
    'sim', 'life [12] breaks nothing'],
  ['a code that one till takes', 'redeem.js', "const from = state === 'open' ? 'held' : 'issued'",
    "const from = 'issued'", 'sim', 'life [123456] breaks nothing'],
  ['growth that is noted as taken back', 'givings.js', 'SET back = back + ?',
    'SET back = back + 0 * ?', 'sim', 'life [123456] breaks nothing'],
  ['binding of sealed keys', 'crypto.js', 'cipher.setAAD(Buffer.from(what))', 'Boolean(what)',
    'enroll', 'keys rest sealed'],
];

function mutate(files, froms, tos) {
  const whole = files.map((file) => readFileSync(join(copy, 'js/server', file), 'utf8'));
  files.forEach((file, i) => {
    assert.ok(whole[i].includes(froms[i]), `${file} has no "${froms[i]}"`);
    writeFileSync(join(copy, 'js/server', file), whole[i].replaceAll(froms[i], tos[i]));
  });
  return () => files.forEach((file, i) => writeFileSync(join(copy, 'js/server', file), whole[i]));
}

for (const [what, file, from, to, testFile, name] of mutants) {
  test(`without ${what} "${name}" fails`, { timeout: 180000 }, () => {
    const restore = mutate([file].flat(), [from].flat(), [to].flat());
    const folder = testFile === 'sim' ? 'sim' : 'server';
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap',
      `--test-name-pattern=${name}`, join(copy, `tests/${folder}/${testFile}.test.js`)],
    { encoding: 'utf8', env });
    restore();
    assert.notEqual(status, 0, 'the mutant lives');
    assert.match(stdout, /^# fail [1-9]/m);
    assert.doesNotMatch(stdout, /SyntaxError|SQLITE_ERROR/);
  });
}
