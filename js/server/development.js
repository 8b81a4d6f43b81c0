// A shop on one machine, ready at once: keys made at the first start, a book signed from its
// development JSON, a member with coupons and points. What `npm start` and the demo run.
//
// All keys lie in one folder that only its owner can read. That is right for trying things and
// wrong for a shop that is open to others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grant, publish, takeRoot } from './admin.js';
import { b64u, newSigningKey, random, signer, verifier } from './crypto.js';
import { standInLogin } from './login.js';
import { openServer } from './open.js';
import { signBook, signRoot } from './signing.js';

const YEAR_S = 365 * 86400;
const keyNames = ['root-1', 'root-2', 'root-3', 'book', 'online', 'redeem'];

function keepFile(folder, name, make) {
  const path = join(folder, name);
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path);
}

/** { secret, onlineKey, root (SPR1), signers } of a folder; made there when there is none. */
export function developmentKeys(folder, shop, nowS) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pems = Object.fromEntries(keyNames.map((name) =>
    [name, keepFile(folder, `${name}.pem`, newSigningKey).toString('utf8')]));
  const signers = Object.fromEntries(keyNames.map((name) => [name, signer(pems[name])]));
  const roots = ['root-1', 'root-2', 'root-3'].map((name) => signers[name]);
  const root = keepFile(folder, 'root.1', () => signRoot({ shop, v: 1, expires: nowS + 2 * YEAR_S,
    roles: { root: { signers: roots, threshold: 2 },
      book: { signers: [signers.book], threshold: 1 },
      online: { signers: [signers.online], threshold: 1 },
      redeem: { signers: [signers.redeem], threshold: 1 } } }));
  const secret = keepFile(folder, 'secret', () => b64u(random(32))).toString('utf8');
  return { secret, onlineKey: pems.online, redeemKey: pems.redeem, root, signers };
}

/**
 * Opens a server of development. options: { folder, book (development JSON, or its text), model?:
 * bytes of recommendations, members?: { name: what of admin.js' grant }, and what openServer has }.
 * The stand-in knows the members by name; the book is published when there is none. Returns
 * openServer's answer, `root`, the bytes that an app is configured with, and `publish(book)`, which
 * signs a development book and makes it the next version.
 */
export async function openDevelopmentShop({ folder, book, model, members = {}, ...options }) {
  const parsed = typeof book === 'string' || Buffer.isBuffer(book) ? JSON.parse(book) : book;
  const { clock = Date.now } = options;
  const nowS = Math.floor(clock() / 1000);
  const keys = developmentKeys(join(folder, 'keys'), parsed.shop, nowS);
  // A root that was made before there were codes for tills lists no key for them.
  const { roles } = verifier.verifyFirstRoot({ shop: parsed.shop, root: keys.root });
  const names = Object.fromEntries(Object.keys(members).map((name) => [name, name]));
  const server = await openServer({ shop: parsed.shop, data: folder,
    login: standInLogin({ members: names }), secret: keys.secret, onlineKey: keys.onlineKey,
    redeemKey: roles.redeem && keys.redeemKey, ...options });
  const { shop } = server;
  if (!shop.books.root()) await shop.store.transact(takeRoot(shop, keys.root));
  shop.books.refresh();
  if (!shop.books.current()) {
    const file = signBook({ book: parsed, model, epoch: 1, ver: parsed.version,
      expires: nowS + YEAR_S,
      signers: [keys.signers.book] });
    await shop.store.transact(publish(shop, file));
    shop.books.refresh();
    await shop.engines.ready(shop.books.current());
  }
  for (const [name, what] of Object.entries(members)) {
    const job = grant(shop, name, { entry: 'first', ...what }, { isNew: true });
    await shop.store.transact(job).catch((error) => {
      // A member who was seeded before keeps what he made of it.
      if (error.code !== 'E_UID') throw error;
    });
  }
  async function publishNext(next) {
    const { epoch, ver } = shop.books.current();
    const file = signBook({ book: next, model, epoch, ver: ver + 1,
      expires: Math.floor(clock() / 1000) + YEAR_S, signers: [keys.signers.book] });
    await shop.store.transact(publish(shop, file));
    shop.books.refresh();
    await shop.engines.ready(shop.books.current());
  }
  return { ...server, root: keys.root, publish: publishNext };
}
