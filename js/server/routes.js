// The endpoints of src/sync/README.md, sections 4 to 7.
import { j0Text } from '../sync/j0.js';
import { noteMessage, writeNote } from '../sync/messages.js';
import { readJson } from './answers.js';
import { enroll } from './enroll.js';
import { bucketsOf } from './limits.js';
import { liveOf } from './live.js';
import { takePayment } from './pay.js';
import { settleCodes } from './redeem.js';
import { HttpError } from './refused.js';
import { handOver, memberOfSession, openSession } from './sessions.js';
import { answerSync, bookWord } from './sync.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const HEAD_MS = 5000;
const LIVE_SKUS_MAX = 100;
const FOREVER = 'public, max-age=31536000, immutable';

const json = (value, more = {}) => ({ type: JSON_TYPE, body: JSON.stringify(value), ...more });

const isLocal = ({ headers, remote }) => /^(::1|127\.|::ffff:127\.)/.test(remote)
  && headers['x-forwarded-for'] === undefined;

// Signed anew every few seconds: visitors are many, the online key is one.
function headReader(shop) {
  let head = { atMs: -Infinity, note: '' };
  return function readHead() {
    const nowMs = shop.clock();
    const word = bookWord(shop, nowMs);
    if (nowMs - head.atMs > HEAD_MS || head.digest !== word.digest) {
      const { online, tenant } = shop;
      const j0 = j0Text({ ...word, root: shop.books.root().v, shop: tenant, time: nowMs });
      head = { atMs: nowMs, digest: word.digest,
        note: writeNote(online.kid, online.sign(noteMessage('head', tenant, j0)), j0) };
    }
    return head.note;
  };
}

// Hints for warnings, never part of a price.
function readLive(shop, query) {
  const book = shop.books.current();
  if (!book) throw new HttpError(503, 'E_BUSY', 'no book is published');
  const skus = (query.get('skus') || '').split(',').filter(Boolean).slice(0, LIVE_SKUS_MAX);
  const store = query.get('store') || '';
  return shop.store.read((tx) => liveOf(tx, shop.tenant, book, { skus, store }));
}

async function payNotify(shop, { headers, text }) {
  const notice = shop.gateway.readNotice(headers, text);
  const outcome = await shop.store.transact(takePayment(shop, notice, shop.clock()));
  shop.metrics.count('suanpan_payments_total', { outcome });
  return json({ ok: true, outcome });
}

// What is no path of ours, such as `//`, is no address at all.
function urlOf({ url }) {
  const full = `http://localhost${url}`;
  if (!url.startsWith('/') || !URL.canParse(full)) {
    throw new HttpError(404, 'E_NOT_FOUND', 'not found');
  }
  return new URL(full);
}

/** answer(ask) for answers.js. pool: quote_pool.js. */
export function routesOf(shop, { pool }) {
  const { settings, clock, metrics } = shop;
  const [devices, addresses, logins, pricing, handovers] =
    ['device', 'address', 'login', 'pricing', 'handovers'].map((name) =>
      bucketsOf(settings, name, clock));
  const readHead = headReader(shop);

  function limit(buckets, name) {
    if (!buckets.take(name)) throw new HttpError(429, 'E_BUSY', 'too many requests');
  }

  async function quote({ headers, text }) {
    const member = memberOfSession(shop, headers.authorization);
    limit(pricing, member);
    return json(await pool.quote(member, text, (ms) => pricing.charge(member, ms)));
  }

  async function sync({ text }) {
    const onDevice = (device) => limit(devices, device);
    const body = await answerSync(shop, text, { onDevice });
    return { type: TEXT_TYPE, body };
  }

  const posts = {
    '/v1/sync': sync,
    '/v1/enroll': async (ask) => json(await enroll(shop, readJson(ask))),
    '/v1/session': async (ask) => json(await openSession(shop, readJson(ask))),
    '/v1/quote': quote,
    '/v1/handover': async (ask) => json(await handOver(shop, readJson(ask))),
    '/v1/pay/notify': (ask) => payNotify(shop, ask),
    '/v1/redeem': async (ask) =>
      json(await shop.store.transact(settleCodes(shop, readJson(ask)))),
  };
  // What strangers may do seldom.
  const seldom = { '/v1/enroll': logins, '/v1/session': logins, '/v1/handover': handovers };

  // A book without the parts that are asked for by name, or one of those.
  function getBook(digest, part) {
    const book = shop.books.byDigest(digest);
    const body = book && (part === undefined ? book.file : book.later.get(part));
    if (!body) throw new HttpError(404, 'E_NOT_FOUND', 'no such book');
    return { type: 'application/octet-stream', body, cache: FOREVER };
  }

  function getRoot(v) {
    const file = shop.books.rootFile(v);
    if (!file) throw new HttpError(404, 'E_NOT_FOUND', 'no such root');
    return { type: 'application/octet-stream', body: file, cache: FOREVER };
  }

  function get(ask, { pathname, searchParams }) {
    const [, book, part] = /^\/v1\/book\/([0-9a-f]{64})(?:\/([a-z]+))?$/.exec(pathname) || [];
    if (book) return { ...getBook(book, part), route: '/v1/book' };
    const [, root] = /^\/v1\/root\/([1-9]\d{0,5})$/.exec(pathname) || [];
    if (root) return { ...getRoot(Number(root)), route: '/v1/root' };
    if (pathname === '/v1/head') return { type: TEXT_TYPE, body: readHead(), route: pathname };
    if (pathname === '/v1/live') return json(readLive(shop, searchParams), { route: pathname });
    if (pathname === '/healthz') {
      shop.store.check();
      return json({ ok: true }, { route: pathname });
    }
    if (pathname === '/metrics' && isLocal(ask)) {
      return { type: TEXT_TYPE, body: metrics.text(), route: pathname };
    }
    throw new HttpError(404, 'E_NOT_FOUND', 'not found');
  }

  return async function answer(ask) {
    const { address, method } = ask;
    const isPost = method === 'POST';
    // What phones ask for all the time needs no parser of addresses.
    const url = isPost && Object.hasOwn(posts, ask.url) ? { pathname: ask.url } : urlOf(ask);
    limit(addresses, address);
    if (method === 'GET' || method === 'HEAD') return get(ask, url);
    const post = isPost && Object.hasOwn(posts, url.pathname) ? posts[url.pathname] : null;
    if (!post) throw new HttpError(isPost ? 404 : 405, 'E_NOT_FOUND', 'not found');
    if (seldom[url.pathname]) limit(seldom[url.pathname], address);
    const outcome = await post(ask);
    outcome.route = url.pathname;
    return outcome;
  };
}
