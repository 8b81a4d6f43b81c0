// A server for a test: in this process, on a free port, with a folder and a clock of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as admin from '../../js/server/admin.js';
import { developmentKeys, openDevelopmentShop } from '../../js/server/development.js';
import { testNotice } from '../../js/server/gateway.js';
import { engineOf } from '../../js/server/engines.js';
import { signBook } from '../../js/server/signing.js';
import { SHOP, testBook } from './book.js';
import { enrol, phoneOf, post } from './phone.js';

// Nobody is slowed down where slowness isn't the matter.
const quick = { devicePerSecond: 1e6, deviceBurst: 1e6, addressPerSecond: 1e6, addressBurst: 1e6,
  loginPerSecond: 1e6, loginBurst: 1e6, handoversPerSecond: 1e6, handoversBurst: 1e6,
  payWithinS: 900 };

/** A server for as long as work(server) takes; keep: its folder stays. */
export async function withTestServer(options, work, { keep = false } = {}) {
  const server = await startTestServer(options);
  try {
    return await work(server);
  } finally {
    await server.stop({ keep });
  }
}

/** A clock that stands still: { now(), set(ms), add(ms) }; it begins at ten in the morning. */
export function stillClock(ms = Date.UTC(2026, 10, 20, 2, 0, 0)) {
  let now = ms;
  return { now: () => now, set: (at) => { now = at; }, add: (by) => { now += by; } };
}

export async function startTestServer({ book = testBook(), settings = {}, clock = stillClock(),
  folder = mkdtempSync(join(tmpdir(), 'suanpan-server-')), ...options } = {}) {
  const lines = [];
  const log = Object.fromEntries(['info', 'warn', 'error'].map((level) =>
    [level, (what, more = {}) => lines.push({ level, what, ...more })]));
  const opened = await openDevelopmentShop({ folder, book, clock: clock.now, log,
    settings: { ...quick, ...settings }, ...options });
  const http = await opened.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${http.port}`;
  const { shop } = opened;
  const engines = [];
  const keys = developmentKeys(join(folder, 'keys'), SHOP, Math.floor(clock.now() / 1000));
  const bookNow = () => {
    const { epoch, ver } = shop.books.current();
    return [epoch, ver];
  };

  return {
    url, shop, clock, lines, folder, keys, root: opened.root, handle: opened.handle,
    alarms: () => lines.filter(({ level }) => level === 'warn').map(({ what }) => what),
    errors: () => lines.filter(({ level }) => level === 'error'),
    read: (sql, ...values) => shop.store.read((tx) => tx.all(sql, ...values)),
    reading: (job) => shop.store.read(job),
    run: (job) => shop.store.transact(job),
    grant: (member, what) =>
      shop.store.transact(admin.grant(shop, member, what, { isNew: true })),
    restock: (what) => shop.store.transact(admin.restock(shop, what)),
    offer: (what) => shop.store.transact(admin.offerCoupon(shop, what)),
    setRuleLeft: (what) => shop.store.transact(admin.setRuleLeft(shop, what)),
    /** Publishes a book, signed, and makes it current. */
    async publish(next, { minVer = 1, epoch = 1, signers = [keys.signers.book] } = {}) {
      const expires = Math.floor(clock.now() / 1000) + 86400 * 365;
      const file = signBook({ book: next, epoch, ver: next.version, expires, minVer, signers });
      await shop.store.transact(admin.publish(shop, file));
      shop.books.refresh();
      return file;
    },
    /** An engine with the book that is current now: a phone's. */
    async engine() {
      const engine = await engineOf(shop.engines.host, SHOP, shop.books.current());
      engines.push(engine);
      return engine;
    },
    async phone(name = 'ann', more = {}) {
      const device = await enrol({ url, tenant: SHOP, name });
      const phone = phoneOf(device, { book: bookNow, clock: clock.now, ...more });
      await phone.sync();
      return phone;
    },
    pay(order, amount, event = `e_${order}`) {
      const { headers, body } = testNotice(shop.gatewaySecret, { event, order, amount });
      return post(url, '/v1/pay/notify', body, 'application/json', headers).then(JSON.parse);
    },
    refund: (ord, name, refund) => shop.store.transact(admin.refundOrder(shop,
      shop.engines.at(shop.books.current()), { ord, name, refund, nowMs: clock.now() })),
    async stop({ keep = false } = {}) {
      await http.close(0);
      await opened.close();
      engines.forEach((engine) => engine.dispose());
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}
