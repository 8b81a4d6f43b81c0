// `suanpan serve` and `suanpan admin` as programs.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { developmentKeys } from '../../js/server/development.js';
import { signBook } from '../../js/server/signing.js';
import { SHOP, testBook } from './book.js';
import { enrol, phoneOf } from './phone.js';

const cli = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));

function adminOf(folder) {
  return (action, request, file) => {
    const args = ['admin', action, '--shop', SHOP, '--data', folder,
      ...(file ? ['--file', file] : ['--request', '-'])];
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args],
      { input: request ? JSON.stringify(request) : '', encoding: 'utf8' });
    assert.notEqual(status, 2, stderr);
    return { status, value: JSON.parse(stdout) };
  };
}

async function serve(folder, keys) {
  const child = spawn(process.execPath, [cli, 'serve', '--shop', SHOP, '--data', folder,
    '--port', '0', '--login', 'stand-in'], { stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SUANPAN_SECRET: keys.secret, SUANPAN_ONLINE_KEY: keys.onlineKey } });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const port = await new Promise((resolve) => {
    child.stdout.on('data', (bytes) => {
      const line = String(bytes).split('\n').find((one) => one.includes('"listening"'));
      if (line) resolve(JSON.parse(line).port);
    });
  });
  return { url: `http://127.0.0.1:${port}`,
    stop() {
      child.kill('SIGTERM');
      return ended;
    } };
}

test('a shop is set up, served, kept and stopped by the command line', { timeout: 60000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suanpan-cli-'));
    const nowS = Math.floor(Date.now() / 1000);
    const keys = developmentKeys(join(folder, 'keys'), SHOP, nowS);
    const admin = adminOf(folder);
    const publish = (version, change) => {
      const file = join(folder, `${version}.spb`);
      writeFileSync(file, signBook({ book: testBook(version, change), epoch: 1, ver: version,
        expires: nowS + 86400, signers: [keys.signers.book] }));
      return admin('publish', null, file);
    };
    assert.equal(admin('root', null, join(folder, 'keys', 'root.1')).value.v, 1);
    assert.equal(publish(1).value.ver, 1);
    assert.equal(publish(1).value.code, 'E_CONFLICT');
    // What the engine refuses never becomes the current book.
    const bad = publish(2, ({ catalog }) => { catalog.skus[0].price = -1; });
    assert.equal(bad.value.code, 'E_RANGE');
    const server = await serve(folder, keys);
    const device = await enrol({ url: server.url, tenant: SHOP, name: 'ann' });
    const phone = phoneOf(device);
    await phone.sync(phone.add('tea', 2));
    const grant = { member: phone.member, entry: 'x', points: 70 };
    assert.deepEqual(admin('grant', grant), { status: 0, value: { ok: true } });
    assert.deepEqual(admin('grant', grant), { status: 1, value: { code: 'E_UID', path: '/entry',
      message: 'the member has a grant of this name' } });
    const wrong = [['grant', { ...grant, entry: 'y', coupon: [] }, 'E_FIELD /coupon'],
      ['grant', [], 'E_TYPE '], ['advance', { ord: 'a', state: 'done' }, 'E_REQUIRED /order'],
      ['advance', { order: 'a', state: 'done' }, 'E_NOT_FOUND /order'],
      ['refund', { order: 'a', name: 'b', refund: {} }, 'E_NOT_FOUND /order'],
      ['refund', { order: 'a', name: 'b', refunds: {} }, 'E_FIELD /refunds'],
      ['left', { rule: 'a', n: 1 }, 'E_REFERENCE /rule']];
    wrong.forEach(([action, request, told]) => {
      const { status, value } = admin(action, request);
      assert.deepEqual([status, `${value.code} ${value.path}`], [1, told]);
    });
    await phone.sync();
    assert.equal(phone.state.points.lots[0].points, 70);
    const second = spawnSync(process.execPath, [cli, 'serve', '--shop', SHOP, '--data', folder,
      '--port', new URL(server.url).port, '--login', 'stand-in'], { encoding: 'utf8',
      env: { ...process.env, SUANPAN_SECRET: keys.secret, SUANPAN_ONLINE_KEY: keys.onlineKey } });
    assert.equal(second.status, 2);
    assert.match(second.stderr, /^suanpan: E_PORT: .*EADDRINUSE.*\n$/);
    // The running server notices the book by itself.
    publish(2, ({ catalog }) => { catalog.skus[0].price = 1100; });
    for (let i = 0; i < 50; i++) {
      await new Promise((resolve) => { setTimeout(resolve, 100); });
      if ((await phone.sync()).book.ver === 2) break;
    }
    assert.equal((await phone.sync()).book.ver, 2);
    assert.equal(await server.stop(), 0);
    rmSync(folder, { recursive: true, force: true });
  });

test('what is missing is said', () => {
  const run = (...args) => spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  assert.match(run('serve', '--shop', 'x').stderr, /serve needs --data/);
  assert.match(run('admin', 'burn', '--shop', 'x', '--data', 'y').stderr, /no such action: burn/);
  assert.match(run('admin', 'grant', '--shop', 'x', '--data', tmpdir()).stderr, /needs --request/);
});
