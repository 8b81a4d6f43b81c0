// The server's half of the protocol is node:crypto, the phones' half the module. Before the server
// answers anybody the two enrol, sync and note with each other once, and one flipped bit of each
// must be refused: a server whose words no phone believes should not start.
import { createEngineOn } from '../engine.js';
import { fullVerbs } from '../engine_full.js';
import { fromBase64url } from '../sync/base64url.js';
import { j0Text } from '../sync/j0.js';
import { deviceSecret, enrollMessage, enrolledMessage, noteMessage, readSyncRequest, syncMessage,
  syncedMessage, writeMaced, writeNote } from '../sync/messages.js';
import { b64u, deviceKeys, exchange, hmac, random, sha256 } from './crypto.js';

const broken = (what) => {
  throw new Error(`the module and node:crypto differ: ${what}`);
};

function mustRefuse(what, work) {
  try {
    work();
  } catch (error) {
    if (error.name === 'SuanpanError') return;
    throw error;
  }
  broken(`${what} with a flipped bit was believed`);
}

const flipped = (text) => (text.endsWith('A') ? 'B' : 'A');
const altered = (text) => text.slice(0, -1) + flipped(text);

function enrolOnce(sync, shop, root) {
  const { tenant, online } = shop;
  const { pub, secret } = sync.enrollBegin({ entropy: random(64) });
  const [dev, nonce, member, app, time] = [random(16), random(16), 'm_check', 'check', 1];
  const client = fromBase64url(pub);
  const { key: server, shared } = exchange(client);
  const transcript = enrollMessage({ tenant, app, client, server, dev, epoch: 1, time, nonce,
    wxkVersion: 0, member });
  const hash = sha256(transcript);
  const keys = deviceKeys(deviceSecret(shared), hash);
  const reply = { dev: b64u(dev), epoch: 1, kid: online.kid, member, pub: b64u(server), time,
    mac: b64u(hmac(keys.ack, enrolledMessage(tenant, hash))), sig: b64u(online.sign(transcript)) };
  const finish = (more) => sync.enrollFinish({ shop: tenant, app, root, secret,
    nonce: b64u(nonce), reply: { ...reply, ...more } });
  mustRefuse('an enrolment', () => finish({ sig: b64u(Buffer.from(reply.sig).reverse()) }));
  const { keys: theirs, transcript: seen } = finish({});
  if (seen !== b64u(hash)) broken('the transcript');
  return { dev, keys, theirs, prev: seen };
}

function syncOnce(sync, { tenant }, { dev, keys, theirs, prev }) {
  const nonce = b64u(random(16));
  const { body } = sync.sealSync({ keys: theirs, request: { count: 1, nonce, now: 1, prev,
    have: { book: [0, 0], state: 0 }, ops: [] } });
  const read = readSyncRequest(body);
  if (!hmac(keys.op, syncMessage(tenant, dev, read.j0)).equals(Buffer.from(read.mac))) {
    broken('the MAC of a request');
  }
  const j0 = j0Text({ nonce });
  const mac = hmac(keys.ack, syncedMessage(tenant, dev, fromBase64url(nonce), j0));
  const open = (answer) => sync.openSync({ keys: theirs, nonce, body: answer });
  mac[0] ^= 1;
  mustRefuse('a reply', () => open(writeMaced(mac, j0)));
  mac[0] ^= 1;
  if (open(writeMaced(mac, j0)).nonce !== nonce) broken('a reply');
}

function noteOnce(sync, { tenant, online }, root) {
  const j0 = j0Text({ epoch: 1 });
  const open = (text) => sync.openNote({ purpose: 'recovery', shop: tenant, root,
    note: writeNote(online.kid, online.sign(noteMessage('recovery', tenant, j0)), text) });
  mustRefuse('a note', () => open(altered(j0)));
  if (open(j0).epoch !== 1) broken('a note');
}

/** Throws where the two differ; a shop without a root has nothing to compare yet. */
export async function crossCheck(shop) {
  const v = shop.books.root() ? shop.books.root().v : 0;
  if (v === 0) return;
  const root = shop.books.rootFile(v);
  const engine = await createEngineOn(shop.engines.host, { shop: shop.tenant, root },
    fullVerbs);
  syncOnce(engine.sync, shop, enrolOnce(engine.sync, shop, root));
  noteOnce(engine.sync, shop, root);
  engine.dispose();
}
