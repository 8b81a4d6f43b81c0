// A server that is killed at any moment has everything that it has answered. (When the power fails
// it is the log that counts, and when it was synced: store.test.js.)
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from './audit.js';
import { SHOP } from './book.js';
import { enrol, phoneOf } from './phone.js';
import { spawnServer } from './spawn.js';

const ROUNDS = 4;
const PHONES = 6;
const ACKED_A_ROUND = 15;

function readerOf(folder) {
  const Database = createRequire(import.meta.url)('better-sqlite3');
  const database = new Database(join(folder, 'suanpan.sqlite'), { readonly: true });
  return { read: (sql, ...values) => database.prepare(sql).all(...values),
    close: () => database.close() };
}

// Adds until the server is gone; what was answered is in `acked`, what was not is sent again.
async function work(phone, acked, isOver) {
  while (!isOver()) {
    phone.open_op ||= phone.add('tea', 1);
    let reply;
    try {
      reply = await phone.sync(phone.open_op);
    } catch {
      return;
    }
    reply.res.forEach(({ s, c, dup }) => {
      assert.equal(c, 'ok');
      if (!dup) phone.effects += 1;
      acked.set(`${phone.device.reply.dev}/${s}`, phone.head);
    });
    phone.open_op = null;
  }
}

test('two processes on one store: either answers, one is killed, the other goes on',
  { timeout: 120000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suanpan-two-'));
    const servers = [await spawnServer(folder)];
    servers.push(await spawnServer(folder));
    const phones = [];
    for (let i = 0; i < 4; i++) {
      const device = await enrol({ url: servers[i % 2].url, tenant: SHOP, name: `m${i % 2}` });
      phones.push(Object.assign(phoneOf(device), { done: 0 }));
    }
    let killed = null;
    await Promise.all(phones.map(async (phone, i) => {
      for (let n = 0; n < 20; n++) {
        const body = phone.add('tea', 1);
        for (let at = n + i; ; at++) {
          phone.device.url = servers[at % 2].url;
          try {
            const { res: [{ c }] } = await phone.sync(body);
            assert.equal(c, 'ok');
            phone.done += 1;
            break;
          } catch (error) {
            // The one that was asked is gone; the other one is asked for the same operation.
            if (!killed || error.name !== 'TypeError') throw error;
          }
        }
        if (i === 0 && n === 9) killed = servers[0].kill();
      }
    }));
    await killed;
    await servers[1].kill();
    const { read, close } = readerOf(folder);
    assert.deepEqual(audit(read), []);
    read('SELECT member, cart FROM member').forEach(({ cart }) =>
      assert.equal(JSON.parse(cart).lines[0].qty, 40));
    close();
    rmSync(folder, { recursive: true, force: true });
  });

test('kill -9: every acknowledged result is there, and every op has one effect',
  { timeout: 120000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suanpan-kill-'));
    const acked = new Map();
    let server = await spawnServer(folder);
    const phones = [];
    for (let i = 0; i < PHONES; i++) {
      const device = await enrol({ url: server.url, tenant: SHOP, name: `m${i % 3}` });
      phones.push(Object.assign(phoneOf(device), { effects: 0, open_op: null }));
    }
    for (let round = 0; round < ROUNDS; round++) {
      let isOver = false;
      const working = phones.map((phone) => work(phone, acked, () => isOver));
      // In the middle of work, wherever that is: so many answers, and some milliseconds.
      const enough = ACKED_A_ROUND * (round + 1);
      while (acked.size < enough) await new Promise((resolve) => { setTimeout(resolve, 5); });
      await new Promise((resolve) => { setTimeout(resolve, 7 * round); });
      await server.kill();
      isOver = true;
      await Promise.all(working);
      const { read, close } = readerOf(folder);
      assert.deepEqual(audit(read), []);
      const rows = new Map(read('SELECT device, seq, d FROM op')
        .map(({ device, seq, d }) => [`${device}/${seq}`, d]));
      acked.forEach((d, key) => assert.equal(rows.get(key), d, `${key} is lost`));
      close();
      server = await spawnServer(folder);
      phones.forEach((phone) => { phone.device.url = server.url; });
    }
    for (const phone of phones) {
      if (phone.open_op) await phone.sync(phone.open_op);
      await phone.sync();
    }
    await server.kill();
    const { read, close } = readerOf(folder);
    read('SELECT member, cart FROM member').forEach(({ member, cart }) => {
      const [{ n }] = read('SELECT COUNT(*) AS n FROM op WHERE member = ?', member);
      const qty = JSON.parse(cart).lines.reduce((sum, line) => sum + line.qty, 0);
      assert.equal(qty, n, `${member} has ${qty} pieces of ${n} ops`);
    });
    assert.deepEqual(audit(read), []);
    close();
    rmSync(folder, { recursive: true, force: true });
  });
