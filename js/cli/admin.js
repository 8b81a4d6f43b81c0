// `suanpan admin`: what whoever runs a shop does by hand, on the store of a server that may be
// running. What is to be done is JSON, as js/server/admin.js takes it.
import { refuse } from '../error.js';
import { createEngine } from '../node.js';
import { admin, openStoreOf } from '../server/index.js';
import { fromEnvironment } from '../server/secrets.js';
import { readBytes, readJson } from './files.js';
import { UsageError } from './usage.js';

const refund = async (shop, { order, ...what }) =>
  admin.refundOrder(shop, await createEngine(), { ...what, ord: order, nowMs: shop.clock() });

// What each action makes of its JSON: a job for the store.
const actions = {
  grant: (shop, { member, ...what }) => admin.grant(shop, member, what),
  restock: (shop, what) => admin.restock(shop, what),
  offer: (shop, what) => admin.offerCoupon(shop, what),
  left: (shop, what) => admin.setRuleLeft(shop, what),
  advance: (shop, { order, ...what }) => admin.advance(shop, { ...what, ord: order }),
  refund,
  recovery: (shop) => admin.raiseRecovery(shop),
  codes(shop, what) {
    if (!shop.secret) throw new UsageError('admin codes needs SUANPAN_SECRET');
    return admin.makeCodes(shop, what);
  },
};
// A book that the engine refuses must not become the current one; who signed it the job asks.
async function publish(shop, file) {
  const engine = await createEngine();
  await engine.load(file, { unsignedBookForDevelopment: true });
  engine.dispose();
  return admin.publish(shop, file);
}

function wordsIn(request) {
  const value = readJson(request);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    refuse('E_TYPE', 'an object is expected');
  }
  return value;
}

const files = { root: admin.takeRoot, publish };

export const adminActions = [...Object.keys(files), ...Object.keys(actions)];

/** The answer of one action, as JSON. */
export async function runAdmin(action, { shop: tenant, data, file, request }) {
  const isFile = Object.hasOwn(files, action);
  if (isFile && file === undefined) throw new UsageError(`admin ${action} needs --file`);
  if (!isFile && action !== 'recovery' && request === undefined) {
    throw new UsageError(`admin ${action} needs --request`);
  }
  const secret = action === 'codes' ? fromEnvironment('SUANPAN_SECRET') : undefined;
  const shop = openStoreOf({ shop: tenant, data, secret });
  try {
    const what = isFile ? readBytes(file)
      : request === undefined ? {} : wordsIn(request);
    const job = await (isFile ? files : actions)[action](shop, what);
    const value = await shop.store.transact(job);
    return value === undefined ? { ok: true } : value;
  } finally {
    shop.store.close();
  }
}
