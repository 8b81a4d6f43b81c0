// A phone as the protocol describes it, on node:crypto alone: it signs, chains, and believes only
// what is MACed. It keeps what it needs to send the same bytes again.
import { createECDH, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { quoteRequest } from '../../js/shop/request.js';
import { lineKey } from '../../js/shop/cart.js';
import { j0Text } from '../../js/sync/j0.js';
import { deviceSecret, enrollMessage, enrolledMessage, opMessage, syncMessage, syncedMessage,
  writeSyncRequest } from '../../js/sync/messages.js';

const hmac = (key, bytes) => createHmac('sha256', key).update(bytes).digest();
const sha = (bytes) => createHash('sha256').update(bytes).digest();
const raw = (text) => Buffer.from(text, 'base64url');
const text = (bytes) => Buffer.from(bytes).toString('base64url');
const hkdf = (secret, salt, label) => Buffer.from(hkdfSync('sha256', secret, salt, label, 32));

/** An error answer without authentication. */
export class Unauthenticated extends Error {
  constructor(status, body) {
    super(`${status}: ${body}`);
    this.status = status;
    this.answer = body.startsWith('{') ? JSON.parse(body) : {};
    this.code = this.answer.code;
  }
}

export async function post(url, path, body, type = 'application/json', headers = {}) {
  const response = await fetch(url + path, { method: 'POST', body,
    headers: { 'content-type': type, ...headers } });
  const answer = await response.text();
  if (!response.ok) throw new Unauthenticated(response.status, answer);
  return answer;
}

/** Enrols; `send` carries the bytes (fetch by default). evict: a device that gives way. */
export async function enrol({ url, tenant, name, evict, nonce = randomBytes(16), app = 'test',
  pair = createECDH('prime256v1'), send = post }) {
  const client = pair.getPublicKey ? keyOf(pair) : pair;
  const request = { app, code: `stand-in:${name}`, nonce: text(nonce), pub: text(client),
    wxk_ver: 0, ...(evict ? { evict } : {}) };
  const reply = JSON.parse(await send(url, '/v1/enroll', JSON.stringify(request)));
  const server = raw(reply.pub);
  const shared = pair.computeSecret(Buffer.concat([Buffer.from([4]), server]));
  const transcript = sha(enrollMessage({ tenant, app, client, server, dev: raw(reply.dev),
    epoch: reply.epoch, time: reply.time, nonce, wxkVersion: 0, member: reply.member }));
  const device = hkdf(deviceSecret(shared), transcript, 'suanpan.k.dev');
  const keys = { op: hkdf(device, transcript, 'suanpan.k.op'),
    ack: hkdf(device, transcript, 'suanpan.k.ack') };
  const mac = hmac(keys.ack, enrolledMessage(tenant, transcript));
  if (!mac.equals(raw(reply.mac))) throw new Error('the enrolment is not the server\'s');
  return { url, tenant, reply, dev: raw(reply.dev), keys, transcript, request };
}

function keyOf(pair) {
  try {
    return pair.getPublicKey().subarray(1);
  } catch {
    return pair.generateKeys().subarray(1);
  }
}

/** A phone of an enrolled device. book: () => [epoch, ver]; clock: () => ms; send as in enrol. */
export function phoneOf(device, { book = () => [1, 1], clock = Date.now, send = post,
  random = randomBytes } = {}) {
  const { tenant, dev, keys, transcript } = device;
  const phone = {
    device, member: device.reply.member, last: 0, head: text(transcript), count: 0, state: null,
    lastMs: 0, pending: [], replies: [],

    uid: () => text(random(16)),

    /** An op's body, not yet in the chain. */
    op: (k, a, { q, u = phone.uid(), b = book() } = {}) =>
      ({ a, b, k, r: phone.lastMs, t: clock(), u, ...(q ? { q } : {}) }),

    add: (sku, n = 1, options = []) => phone.op('cart.add', { line: lineKey(sku, options), sku,
      options, n }),

    /** Ops as they go over the wire, behind (seq, head). */
    chain(bodies, seq = phone.last, head = phone.head) {
      let prev = raw(head);
      return bodies.map((body, i) => {
        const b = typeof body === 'string' ? body : j0Text(body);
        const s = seq + 1 + i;
        const d = sha(opMessage(tenant, dev, s, prev, Buffer.from(b)));
        prev = d;
        return { b, d: text(d), s, t: text(hmac(keys.op, d)) };
      });
    },

    /** The bytes of a request. */
    request(ops, more = {}) {
      const nonce = text(random(16));
      phone.count += 1;
      const j0 = j0Text({ count: phone.count, nonce, now: clock(), ops, prev: phone.head,
        have: { book: book(), state: phone.state ? phone.state.ver : 0 }, ...more });
      const body = writeSyncRequest(tenant, dev, hmac(keys.op, syncMessage(tenant, dev, j0)), j0);
      return { body, nonce };
    },

    /** Verifies an answer and gives what it says. */
    open(answer, nonce) {
      const cut = answer.indexOf('\n');
      const said = answer.slice(cut + 1);
      const mac = hmac(keys.ack, syncedMessage(tenant, dev, raw(nonce), said));
      if (!mac.equals(raw(answer.slice(0, cut)))) throw new Error('not an answer of the server');
      const reply = JSON.parse(said);
      if (reply.nonce !== nonce) throw new Error('the answer is to another question');
      return reply;
    },

    learn(reply) {
      if (reply.err === 'E_REPLAY') return reply;
      Object.assign(phone, { last: reply.last, head: reply.head,
        lastMs: Math.max(phone.lastMs, reply.time), state: reply.state || phone.state });
      return reply;
    },

    /** Sends bodies as the next ops and learns from the answer. */
    async sync(...bodies) {
      const { body, nonce } = phone.request(phone.chain(bodies));
      return phone.learn(phone.open(await send(device.url, '/v1/sync', body, 'text/plain'), nonce));
    },

    /** The results' codes of a sync. */
    async codes(...bodies) {
      const { res, err } = await phone.sync(...bodies);
      return err ? [err] : res.map(({ c }) => c);
    },

    /** The body of an order for what the phone knows, priced by its engine. */
    order(engine, { at = {}, now = Math.floor(clock() / 1000), contact, shown, decision, u, b,
      use = {}, live } = {}) {
      const details = { at: { fulfilment: 'pickup', ...at, now }, use, live };
      const receipt = engine.quote(quoteRequest(phone.state, details));
      const { ver, hash } = phone.state.cart;
      const a = { cart: { ver, hash }, decision: decision || receipt.decision,
        points: receipt.points.used, at: details.at, use, ...(contact ? { contact } : {}) };
      const q = { e: engine.info().version, h: receipt.hash, t: receipt.totals.payable, ...shown };
      return phone.op('order.submit', a, { q, u, b });
    },
  };
  return phone;
}
