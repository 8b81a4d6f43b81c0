// Who comes to the demo: whoever says a name is a member of that name, and everybody gets the
// wallet of demo/seed once, moved to today. Never for a shop that is open to others.
import { HttpError, admin } from 'suanpan/server';
import { redate } from './h5/redate.js';

const isTaken = (error) => error.code === 'E_UID';

/** A login provider for suanpan/server; `attach(shop)` says whose members they are. */
export function demoLogin({ member, coupons, now }, clock) {
  let shop = null;
  const wallet = () => ({ entry: 'welcome', tier: member.tier, points: member.points,
    coupons: redate(coupons, now, Math.floor(clock() / 1000)) });
  return {
    provider: 'demo',
    attach(opened) {
      shop = opened;
    },
    async identify(code) {
      const [, name] = /^demo:([a-z0-9_]{1,40})$/.exec(code) || [];
      if (!name) throw new HttpError(401, 'E_LOGIN', 'the code of the demo is demo:<name>');
      const id = `demo_${name}`;
      const job = admin.grant(shop, id, wallet(), { isNew: true });
      await shop.store.transact(job).catch((error) => {
        // Who has been here before keeps what is left.
        if (!isTaken(error)) throw error;
      });
      return { provider: 'demo', subject: name, member: id };
    },
  };
}
