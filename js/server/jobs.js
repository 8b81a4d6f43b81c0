// What happens without being asked: unpaid orders end, coupons, points and cards run out, tickets
// and old results are forgotten, new books are noticed. Each is a transaction of its own, small and
// often; where there is more to do than one of them takes, the next follows at once, and others get
// their turn between.
import { forgetResults } from './batch.js';
import { forgetDevices } from './enroll.js';
import { endCards } from './givings.js';
import { cancelOverdue } from './pay.js';
import { lapseCodes } from './redeem.js';
import { LATE_S, OVER_SHOWN_S, raiseVer } from './view.js';
import { writeLedger } from './wallet.js';

const BOOKS_MS = 1000;
const ORDERS_MS = 1000;
const HOUR_MS = 3600 * 1000;
const ROWS_MAX = 200;
const RESULTS_MAX = 1000;

/** Lots that have run out leave the wallet, coupons some time after; returns how many. */
export const expireWallets = (tenant, nowMs) => (tx) => {
  const endS = Math.floor(nowMs / 1000) - LATE_S;
  const coupons = tx.all("SELECT member, coupon FROM coupon WHERE tenant = ? AND state = 'issued' "
    + 'AND to_s <= ? ORDER BY to_s LIMIT ?', tenant, endS - OVER_SHOWN_S, ROWS_MAX);
  coupons.forEach(({ member, coupon }) => tx.run("UPDATE coupon SET state = 'void' "
    + "WHERE tenant = ? AND member = ? AND coupon = ? AND state = 'issued'",
  tenant, member, coupon));
  const lots = tx.all('SELECT member, lot, left_n FROM points_lot WHERE tenant = ? AND left_n > 0 '
    + 'AND expires_s <= ? ORDER BY expires_s LIMIT ?', tenant, endS, ROWS_MAX);
  lots.forEach(({ member, lot, left_n: n }) => {
    tx.must('E_BUSY', 'UPDATE points_lot SET left_n = 0 WHERE tenant = ? AND member = ? '
      + 'AND lot = ? AND left_n = ?', tenant, member, lot, n);
    tx.must('E_BUSY', 'UPDATE member SET points = points - ? WHERE tenant = ? AND member = ? '
      + 'AND points >= ?', n, tenant, member, n);
    writeLedger(tx, { tenant, member }, { entry: `expired.${nowMs}`, lot, delta: -n, nowMs });
  });
  new Set([...coupons, ...lots].map(({ member }) => member))
    .forEach((member) => raiseVer(tx, tenant, member));
  return coupons.length + lots.length;
};

/** Runs a job until it finds less than its most; run() resolves to how much it has found. */
export async function untilDone(run, rowsMax) {
  while (await run() >= rowsMax);
}

/** Starts the jobs; returns a function that ends them. */
export function startJobs(shop) {
  const { store, tenant, log } = shop;
  const timers = [];
  const every = (ms, name, work) => {
    const timer = setInterval(() => {
      Promise.resolve().then(work)
        .catch((error) => log.error('job failed', { job: name, error: error.stack }));
    }, ms);
    timer.unref();
    timers.push(timer);
  };
  every(BOOKS_MS, 'books', async () => {
    const before = shop.books.current();
    shop.books.refresh();
    const now = shop.books.current();
    if (!now || (before && now.digest === before.digest)) return;
    await shop.engines.ready(now);
    log.info('book', { epoch: now.epoch, ver: now.ver });
  });
  every(ORDERS_MS, 'orders', () => store.transact(cancelOverdue(shop, shop.clock())));
  every(ORDERS_MS, 'redemptions', () => store.transact(lapseCodes(shop, shop.clock())));
  every(ORDERS_MS, 'cards', () => store.transact(endCards(shop, shop.clock(), ROWS_MAX)));
  every(HOUR_MS, 'wallets', () => untilDone(() =>
    store.transact(expireWallets(tenant, shop.clock())), ROWS_MAX));
  every(HOUR_MS, 'tickets', () => store.transact((tx) =>
    tx.run('DELETE FROM ticket WHERE tenant = ? AND until_ms <= ?', tenant, shop.clock())));
  every(HOUR_MS, 'devices', () => store.transact(forgetDevices(tenant, shop.clock())));
  every(HOUR_MS, 'results', () => untilDone(() =>
    store.transact(forgetResults(tenant, shop.clock(), RESULTS_MAX)), RESULTS_MAX));
  return () => timers.forEach(clearInterval);
}
