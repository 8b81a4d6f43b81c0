// Everything one shop's server holds while it runs. The other files are functions of it.
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { refuse } from '../error.js';
import { openBooks } from './books.js';
import { hmac, isSigned, random, sha256 } from './crypto.js';
import { openEngines } from './engines.js';
import { testGateway } from './gateway.js';
import { deviceKeyring } from './keyring.js';
import { bucketsOf } from './limits.js';
import { openLog, openMetrics } from './metrics.js';
import { effects } from './ops.js';
import { fromBase64url } from '../sync/base64url.js';
import { macSecret, readSecrets } from './secrets.js';
import { checkShopOptions, checkStoreOptions } from './options.js';
import { openStore } from './store.js';
import { giveBackLeft, kinds } from './takings.js';

/** What a shop may set; all are numbers. */
export const settingsDefault = Object.freeze({
  freshS: 3600,
  payWithinS: 900,
  // Orders that a member may have placed and not paid.
  openOrders: 20,
  quoteThreads: 2,
  quoteMs: 2000,
  // Tokens a second and at once: for a device, for an address, for logins from an address (all
  // guests of a shop's Wi-Fi have one), and milliseconds of pricing for a member's sessions.
  devicePerSecond: 5, deviceBurst: 50,
  addressPerSecond: 50, addressBurst: 500,
  loginPerSecond: 1, loginBurst: 60,
  pricingPerSecond: 100, pricingBurst: 5000,
  // Coupon codes that a member tries, shares that he makes, handovers from an address.
  codesPerSecond: 1 / 60, codesBurst: 10,
  sharesPerSecond: 1 / 60, sharesBurst: 20,
  handoversPerSecond: 0.2, handoversBurst: 20,
  // How long a share is good, a code at a till, and until when the till must have told of it.
  shareS: 30 * 86400, redeemS: 300, settleWithinS: 3600,
});

// A server whose random source, hash or signatures are broken must not answer anybody.
function checkPrimitives(online) {
  const message = random(64);
  const isFine = !random(16).equals(random(16))
    && sha256('abc').toString('hex').startsWith('ba7816bf')
    && hmac('key', 'The quick brown fox jumps over the lazy dog').toString('hex')
      .startsWith('f7bc83f430538424')
    && isSigned(online.key, message, online.sign(message))
    && !isSigned(online.key, random(64), online.sign(message));
  if (!isFine) throw new Error('the primitives of this machine do not hold');
}

// The keys of this server have to be the root's, or no phone and no till would believe a word.
function checkKeys(books, signers) {
  const root = books.root();
  if (!root) return;
  Object.entries(signers).filter(([, signer]) => signer).forEach(([name, { kid, key }]) => {
    const { keys = [] } = root.roles[name] || {};
    const isListed = keys.includes(kid)
      && Buffer.from(fromBase64url(root.keys[kid])).equals(key);
    if (!isListed) refuse('E_KEY', `the ${name} key is none of the root`, `/${name}Key`);
  });
}

function storeIn(data, clock, plays) {
  const steps = plays.flatMap((play) => play.steps || []);
  if (data === ':memory:') return openStore(data, clock, steps);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return openStore(join(data, 'suanpan.sqlite'), clock, steps);
}

const kindsOf = (plays) => Object.assign({}, kinds, ...plays.map((play) => play.kinds));

const addTenant = (tenant) => (tx) => tx.run('INSERT INTO tenant (tenant, recovery_epoch) '
  + 'VALUES (?, 1) ON CONFLICT DO NOTHING', tenant);

/**
 * As much of a shop as admin.js needs: { tenant, store, clock, books }, and the `secret` of codes
 * where it is given.
 */
export function openStoreOf(options) {
  checkStoreOptions(options);
  const { shop: tenant, data, secret, plays = [], clock = Date.now } = options;
  const store = storeIn(data, clock, plays);
  store.transact(addTenant(tenant)).catch(() => {});
  let books = null;
  return { tenant, store, clock, kinds: kindsOf(plays), alarm: () => {},
    ...(secret ? { secret: macSecret(secret) } : {}),
    get books() {
      books ||= openBooks(store, tenant, clock);
      return books;
    } };
}

/**
 * options: { shop (the tenant), data (a folder), login, secret, onlineKey, redeemKey?, gateway?,
 *            settings?, plays?, clock?, log? }; a play is { steps?, kinds?, effects?, takingsOf? }
 * (js/server/README.md)
 */
export async function openShop(options) {
  checkShopOptions(options);
  const { shop: tenant, data, login, plays = [], clock = Date.now } = options;
  const secrets = readSecrets(options);
  checkPrimitives(secrets.online);
  const store = storeIn(data, clock, plays);
  await store.transact(addTenant(tenant));
  const books = openBooks(store, tenant, clock);
  checkKeys(books, { online: secrets.online, redeem: secrets.redeem });
  const metrics = openMetrics();
  const log = options.log || openLog(undefined, clock);
  const settings = { ...settingsDefault, ...options.settings };
  const shop = {
    tenant, store, books, login, clock, metrics, log, ...secrets,
    plays, kinds: kindsOf(plays), effects: Object.assign({}, effects,
      ...plays.map((play) => play.effects)),
    engines: await openEngines(tenant),
    gateway: options.gateway || testGateway({ secret: secrets.gatewaySecret }),
    settings,
    limits: Object.fromEntries(['codes', 'shares'].map((name) => [name,
      bucketsOf(settings, name, clock)])),
    logins: new Map(),
    views: new Map(),
    recovery: null,
    common: null,
    keysOf: deviceKeyring(store, tenant, secrets.sealKey),
    /** Something that whoever runs the shop should look at; the shopper is not concerned. */
    alarm(what, more = {}) {
      metrics.count('suanpan_alarms_total', { what });
      log.warn(what, more);
    },
  };
  const own = plays.flatMap((play) => Object.keys(play.kinds || {}));
  await store.transact((tx) => giveBackLeft(tx, shop, own, clock()));
  return shop;
}
