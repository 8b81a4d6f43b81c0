// A play for tests: seats of a group (拼团). A member opens a group of some seats; each order that
// names it takes one seat, in the order's own transaction, and a cancelled order gives it back.
import { Refused } from '../../js/server/refused.js';

const steps = [['group_buy', `
CREATE TABLE group_buy (
  tenant TEXT NOT NULL, grp TEXT NOT NULL, member TEXT NOT NULL, sku TEXT NOT NULL,
  size BIGINT NOT NULL, taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0 AND taken <= size),
  until_s BIGINT NOT NULL, PRIMARY KEY (tenant, grp)
);
CREATE TABLE seat (
  tenant TEXT NOT NULL, grp TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL,
  PRIMARY KEY (tenant, grp, member)
);
`]];

const kinds = {
  seat: {
    take(tx, { tenant, member, ord, nowMs }, { name }) {
      tx.must('E_SEAT', 'UPDATE group_buy SET taken = taken + 1 WHERE tenant = ? AND grp = ? '
        + 'AND taken < size AND until_s > ?', tenant, name, Math.floor(nowMs / 1000));
      tx.must('E_SEAT', 'INSERT INTO seat (tenant, grp, member, ord) VALUES (?, ?, ?, ?) '
        + 'ON CONFLICT DO NOTHING', tenant, name, member, ord);
    },
    giveBack(tx, { tenant, member, ord }, { name }) {
      tx.must('E_SEAT', 'DELETE FROM seat WHERE tenant = ? AND grp = ? AND member = ? AND ord = ?',
        tenant, name, member, ord);
      tx.must('E_SEAT', 'UPDATE group_buy SET taken = taken - 1 WHERE tenant = ? AND grp = ?',
        tenant, name);
    },
  },
};

const effects = {
  'group.open'(tx, { tenant }, { member }, { a, u }, nowMs) {
    const isFine = typeof a.sku === 'string' && Number.isInteger(a.size) && a.size >= 2;
    if (!isFine) throw new Refused('E_ARGS', { path: '/size' });
    tx.run('INSERT INTO group_buy (tenant, grp, member, sku, size, until_s) '
      + 'VALUES (?, ?, ?, ?, ?, ?)', tenant, u, member, a.sku, a.size,
    Math.floor(nowMs / 1000) + 86400);
    return { group: u };
  },
};

export const groupBuy = { steps, kinds, effects,
  takingsOf: ({ args }) => (args.use && args.use.group
    ? [{ kind: 'seat', name: args.use.group, n: 1 }] : []) };
