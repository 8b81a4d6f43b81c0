// The server of src/sync/README.md as a model: everything in memory, in plain JavaScript, as slow
// and as short as it can be. It prices nothing; an order is taken at the shown number unless
// `reprice` says otherwise.
import { SuanpanError } from 'suanpan/node';
import { afterOrder, emptyCart, isCartOp, reduce } from '../../js/shop/cart.js';
import { fromBase64url, toBase64url } from '../../js/sync/base64url.js';
import { j0Bytes, j0Text, readJ0 } from '../../js/sync/j0.js';
import {
  bookMessage, enrolledMessage, enrollMessage, magics, noteMessage, opMessage, readSyncRequest,
  rootMessage, syncedMessage, syncMessage, writeMaced, writeNote, writeSignedFile,
} from '../../js/sync/messages.js';
import { deriveKeys, hex, hmac, keyPair, sha256, sharedSecret, signingKey } from './primitives.js';

const text = (bytes) => Buffer.from(bytes).toString('utf8');
const isSame = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const hashOf = ({ lines, choices }) => hex(sha256(j0Bytes({ lines, choices })));

function rootFile(shop, v, keys, signers) {
  const role = (key) => ({ keys: [key.kid], threshold: 1 });
  const root = j0Bytes({
    expires: 4_000_000_000, shop, v,
    keys: Object.fromEntries(Object.values(keys).map(({ kid, pub }) => [kid, toBase64url(pub)])),
    roles: { book: role(keys.book), online: role(keys.online), root: role(keys.root) },
  });
  const message = rootMessage(shop, root);
  return writeSignedFile(magics.root, root,
    signers.map((key) => ({ kid: key.kid, sig: key.sign(message) })));
}

export function modelServer({ shop = 'tea', clock: worldClock, freshS = 600 }) {
  const clock = { now: () => Math.floor(worldClock.now()) };
  const keys = { root: signingKey(), book: signingKey(), online: signingKey() };
  const roots = [rootFile(shop, 1, keys, [keys.root])];
  const books = new Map();
  let current = null;
  let state = { members: new Map(), devices: new Map(), codes: new Map(), recovery: 1 };
  const log = { applied: [], refused: [] };
  const rules = { refuse: () => null, limit: () => null, surcharge: 0, live: {},
    forge: (signed) => signed };

  function publish(prices, { signer = keys.book, tenant = shop, ver, epoch = 1 } = {}) {
    const parts = ['catalog', 'rules', 'text'].map((name) => [name,
      Buffer.from(JSON.stringify(name === 'catalog' ? { prices } : {}))]);
    const manifest = j0Bytes({
      engine_min: 1, epoch, expires: 3_900_000_000, meaning: 1, min_ver: 1, not_before: 0,
      prev: null, shop: tenant, ver: ver || (current ? current.ver + 1 : 1),
      parts: parts.map(([name, part]) => ({ audience: 'public', len: part.length, name,
        sha256: hex(sha256(part)) })),
    });
    const file = writeSignedFile(magics.book, manifest,
      [{ kid: signer.kid, sig: signer.sign(bookMessage(tenant, manifest)) }],
      parts.map(([, part], index) => [index, part]));
    const digest = hex(sha256(manifest));
    books.set(digest, file);
    const { ver: published } = JSON.parse(text(manifest));
    return { digest, epoch, ver: published, file };
  }

  // The epoch is the root that first listed the key of books.
  let epochNow = 1;
  const fresh = () => ({ digest: current.digest, epoch: current.epoch, ver: current.ver,
    min_ver: rules.minVer || 1, fresh_until: Math.floor(clock.now() / 1000) + freshS });

  const note = (purpose, value) => {
    const j0 = j0Text(value);
    return writeNote(keys.online.kid, keys.online.sign(noteMessage(purpose, shop, j0)), j0);
  };

  function memberOf(id) {
    if (!state.members.has(id)) {
      state.members.set(id, { ver: 1, cart: emptyCart, uids: new Map(), orders: [] });
    }
    return state.members.get(id);
  }

  const viewOf = (id) => {
    const { ver, cart, orders } = memberOf(id);
    return { ver, cart: { ver, hash: hashOf(cart), ...cart }, member: { id }, coupons: [],
      points: { points: 0 }, orders: orders.slice(-20) };
  };

  // ---- operations ----

  function apply(member, { k, a, q }) {
    const refused = rules.refuse({ k, a });
    if (refused) return { c: refused };
    if (isCartOp(k)) {
      try {
        member.cart = reduce(member.cart, { k, a });
        // A shop that has fewer pieces than the cart wants.
        member.cart = { ...member.cart, lines: member.cart.lines.map((line) => ({ ...line,
          qty: Math.min(line.qty, rules.limit(line.sku) || line.qty) })) };
      } catch (error) {
        return { c: error.code };
      }
      return { c: 'ok' };
    }
    if (k !== 'order.submit') return { c: 'E_ARGS' };
    if (a.cart.hash !== hashOf(member.cart)) return { c: 'E_REPRICE' };
    const order = { id: `o${member.orders.length + 1}`, payable: q.t + rules.surcharge };
    member.orders.push(order);
    member.cart = afterOrder(member.cart);
    const said = { order: order.id, payable: order.payable, cash: order.payable };
    return { c: 'ok', ...said, note: rules.forge(note('order', { ...said, shop }), said) };
  }

  function applyOp(device, { b }, seq) {
    const body = readJ0(b);
    const member = memberOf(device.member);
    const known = member.uids.get(body.u);
    const same = JSON.stringify([body.k, body.a]);
    if (known) return known.same === same ? { ...known.result, dup: true } : { c: 'E_UID' };
    const result = apply(member, body);
    member.uids.set(body.u, { same, result });
    if (result.c === 'ok') {
      member.ver += 1;
      log.applied.push({ member: device.member, u: body.u, k: body.k, a: body.a, seq });
    } else log.refused.push({ u: body.u, c: result.c });
    return result;
  }

  function takeBatch(device, { ops, prev }) {
    const res = [];
    let link = fromBase64url(prev);
    for (const op of ops) {
      const d = sha256(opMessage(shop, fromBase64url(device.dev), op.s, link, op.b));
      if (!isSame(d, fromBase64url(op.d))
        || !isSame(hmac(device.op, d), fromBase64url(op.t))) throw new SuanpanError('E_MAC');
      if (op.s <= device.last) {
        if (device.chain[op.s - 1].d !== op.d) return { err: 'E_FORK', res: [] };
        res.push({ ...device.chain[op.s - 1].result, s: op.s, dup: true });
      } else if (op.s > device.last + 1) {
        return { err: 'E_GAP', res: [] };
      } else if (!isSame(link, fromBase64url(device.head))) {
        return { err: 'E_FORK', res: [] };
      } else {
        const result = applyOp(device, op, op.s);
        device.chain.push({ d: op.d, result });
        device.last = op.s;
        device.head = op.d;
        res.push({ ...result, s: op.s });
      }
      link = d;
    }
    return { res };
  }

  function sync(body) {
    const { tenant, dev, mac, j0 } = readSyncRequest(body);
    const device = state.devices.get(toBase64url(dev));
    if (tenant !== shop || !device || device.isRevoked) throw new SuanpanError('E_DEVICE');
    const wire = typeof j0 === 'string' ? j0 : text(j0);
    const wanted = hmac(device.op, syncMessage(shop, dev, wire));
    if (!isSame(wanted, mac)) throw new SuanpanError('E_MAC');
    const request = readJ0(wire);
    const seal = (reply) => {
      const out = j0Text(reply);
      return writeMaced(hmac(device.ack, syncedMessage(shop, dev, fromBase64url(request.nonce),
        out)), out);
    };
    if (request.count === device.count && device.cached.wire === wire) return device.cached.reply;
    const common = () => {
      const { ver } = memberOf(device.member);
      return { book: fresh(), count: device.count, durable_ver: ver, head: device.head,
        last: device.last, nonce: request.nonce, ver, time: clock.now(),
        recovery: note('recovery', { epoch: state.recovery }) };
    };
    if (request.count <= device.count) {
      return seal({ ...common(), err: 'E_REPLAY', res: [] });
    }
    const answer = takeBatch(device, request);
    device.count = request.count;
    const reply = { ...common(), ...answer };
    if (request.have.state !== reply.ver) reply.state = viewOf(device.member);
    device.cached = { wire, reply: seal(reply) };
    return device.cached.reply;
  }

  function enroll({ app, code, nonce, pub, wxk_ver: wxkVersion }) {
    const key = JSON.stringify([code, nonce, pub]);
    if (state.codes.has(key)) return state.codes.get(key);
    const member = /^login-(\w+)/.exec(code)[1];
    const mine = keyPair();
    const dev = sha256(Buffer.from(key)).slice(0, 16);
    const details = { tenant: shop, app, client: fromBase64url(pub), server: mine.pub, dev,
      epoch: state.devices.size + 1, time: clock.now(), nonce: fromBase64url(nonce), wxkVersion,
      member };
    const transcript = enrollMessage(details);
    const derived = deriveKeys(transcript, sharedSecret(mine.secret, details.client));
    state.devices.set(toBase64url(dev), { dev: toBase64url(dev), member, op: derived.op,
      ack: derived.ack, last: 0, head: toBase64url(derived.t), chain: [], count: 0, cached: {} });
    const reply = { dev: toBase64url(dev), epoch: details.epoch, kid: keys.online.kid,
      mac: toBase64url(hmac(derived.ack, enrolledMessage(shop, derived.t))), member,
      pub: toBase64url(mine.pub), sig: toBase64url(keys.online.sign(transcript)),
      time: details.time };
    state.codes.set(key, reply);
    return reply;
  }

  const json = (value, status = 200) => ({ status, headers: {}, body: JSON.stringify(value) });

  function answer({ method, url, body, responseType }) {
    const path = url.replace(/^https:\/\/[^/]*/, '');
    const bytes = (value) => ({ status: value ? 200 : 404, headers: {}, body: value || '' });
    if (method === 'POST' && path === '/v1/enroll') return json(enroll(JSON.parse(body)));
    if (method === 'POST' && path === '/v1/sync') {
      return { status: 200, headers: {}, body: sync(body) };
    }
    if (path === '/v1/head') {
      return { status: 200, headers: {}, body: note('head', { ...fresh(), root: roots.length, shop,
        time: clock.now() }) };
    }
    if (path.startsWith('/v1/book/') && responseType === 'bytes') {
      return bytes(books.get(path.slice(9)));
    }
    if (path.startsWith('/v1/live?')) return json(rules.live);
    if (path.startsWith('/v1/root/')) return bytes(roots[Number(path.slice(9)) - 1]);
    return json({ code: 'E_NOT_FOUND' }, 404);
  }

  const copy = () => structuredClone(state);

  return {
    shop, log, rules, keys, viewOf, publish,
    root: text(rootFilePayload(roots[0])),
    handle(request) {
      try {
        return answer(request);
      } catch (error) {
        if (!(error instanceof SuanpanError)) throw error;
        return json({ code: error.code }, 401);
      }
    },
    /** Makes a published book the one in force. */
    use(book) {
      current = book;
      return book;
    },
    /** The online key signs a note. */
    note,
    /** A new root, signed by the old root key and its own; with a new key for each of `roles`. */
    rotate(renewed = ['book']) {
      const next = { ...keys, root: signingKey(),
        ...Object.fromEntries(renewed.map((name) => [name, signingKey()])) };
      roots.push(rootFile(shop, roots.length + 1, next, [keys.root, next.root]));
      Object.assign(keys, next);
      if (renewed.includes('book')) epochNow = roots.length;
    },
    /** The next book: the first of its epoch after a new key for books. */
    publishNext(prices) {
      return publish(prices, { epoch: epochNow, ver: epochNow > current.epoch ? 1 : undefined });
    },
    backup: copy,
    restore(saved) {
      state = structuredClone(saved);
      state.recovery += 1;
    },
    revoke(dev) {
      state.devices.get(dev).isRevoked = true;
    },
    deviceOf: (dev) => state.devices.get(dev),
    cartOf: (id) => memberOf(id).cart,
    ordersOf: (id) => memberOf(id).orders,
  };
}

// The J0 inside of an SPR1 file.
function rootFilePayload(file) {
  const size = new DataView(file.buffer, file.byteOffset).getUint32(4, true);
  return file.subarray(8, 8 + size);
}
