// The exact bytes that are hashed, MACed and signed, and the forms in which they travel.
//
// Nothing here knows a key: functions named *Message give the bytes for SHA-256, HMAC or ECDSA,
// write* and read* put together and take apart what goes over the wire. All of it is written out
// in src/sync/README.md, and its vectors check both.
//
// Ids and nonces are bytes here (`dev`, `nonce`, `prev`, signatures), texts are strings; J0 goes in
// as the bytes or the text that stand on the wire, never as an object.
import { refuse } from '../error.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { bytesOf, counted, join, readU32le, sized, u32le, u64be } from './bytes.js';
import { j0Bytes, readJ0Bytes } from './j0.js';

const idSize = 16;
const hashSize = 32;
const keySize = 64;
const signatureSize = 64;
const shareTagSize = 16;
const signaturesMax = 16;
const wxkSizeMax = 64;

const tenantForm = /^[a-z0-9_-]{1,64}$/;
const kidForm = /^[0-9a-f]{32}$/;

/** The magic of a signed file. */
export const magics = Object.freeze({ root: 'SPR1', book: 'SPB1' });

/** The info of each HKDF. */
export const labels = Object.freeze({
  dev: 'suanpan.k.dev', op: 'suanpan.k.op', ack: 'suanpan.k.ack', store: 'suanpan.k.store',
});

// ---- what every message begins with ----

/** The beginning of every message: its purpose and its tenant. */
export function begin(purpose, tenant) {
  if (!tenantForm.test(tenant)) refuse('E_ID', 'a tenant is 1 to 64 of a-z, 0-9, _ and -');
  return join(`suanpan.${purpose}\0`, counted(tenant));
}

/** The name of a public key is the hex of the first 16 bytes of the SHA-256 of this. */
export const keyNameMessage = (key) => join('suanpan.key\0', sized(key, keySize, 'a public key'));

// ---- signed by ECDSA ----

export const rootMessage = (tenant, root) => join(begin('root', tenant), root);
export const bookMessage = (tenant, manifest) => join(begin('book', tenant), manifest);

/** purpose: 'head', 'order' or 'recovery'; j0: the text or bytes behind the signature. */
export const noteMessage = (purpose, tenant, j0) => join(begin(purpose, tenant), j0);
export const redeemMessage = (tenant, j0) => join(begin('redeem', tenant), j0);

/**
 * The transcript of an enrolment; its SHA-256 is T. client, server: public keys; dev, nonce: 16
 * bytes; time: ms; wxkVersion: 0 without a key of WeChat.
 */
export function enrollMessage({ tenant, app, client, server, dev, epoch, time, nonce, wxkVersion,
  member }) {
  return join(begin('enroll', tenant), counted(app), sized(client, keySize, 'a public key'),
    sized(server, keySize, 'a public key'), sized(dev, idSize, 'a device'), u64be(epoch),
    u64be(time), counted(sized(nonce, idSize, 'a nonce')), u64be(wxkVersion), counted(member));
}

// ---- MACed ----

/** ikm of K_dev: the x of ECDH and WeChat's key, if there is one. */
export function deviceSecret(shared, wxk = new Uint8Array(0)) {
  if (wxk.length > wxkSizeMax) refuse('E_RANGE', 'a key of WeChat has at most 64 bytes');
  return join(sized(shared, hashSize, 'a shared secret'), wxk);
}

export const enrolledMessage = (tenant, transcriptHash) =>
  join(begin('enrolled', tenant), sized(transcriptHash, hashSize, 'T'));

/** Hashed to d; the tag is HMAC(K_op, d). prev: T for seq 1, then the d before. body: J0. */
export const opMessage = (tenant, dev, seq, prev, body) => join(begin('op', tenant),
  sized(dev, idSize, 'a device'), u64be(seq), sized(prev, hashSize, 'prev'), body);

export const syncMessage = (tenant, dev, request) =>
  join(begin('sync', tenant), sized(dev, idSize, 'a device'), request);

export const syncedMessage = (tenant, dev, nonce, reply) => join(begin('synced', tenant),
  sized(dev, idSize, 'a device'), sized(nonce, idSize, 'a nonce'), reply);

export const shareMessage = (tenant, payload) => join(begin('share', tenant), payload);

export function storeMessage(tenant, name, bytes) {
  if (name.indexOf('\0') >= 0) refuse('E_ID', 'the name of a record has no U+0000');
  return join(begin('store', tenant), name, '\0', bytes);
}

// ---- signed files: roots and books ----

/** signatures: [{ kid, sig: bytes }]. parts: [[index in the manifest, bytes]] in rising order. */
export function writeSignedFile(magic, payload, signatures, parts = []) {
  const list = j0Bytes(signatures.map(({ kid, sig }) => ({ kid, sig: toBase64url(sig) })));
  const body = bytesOf(payload);
  const files = parts.map(([index, bytes]) => join(u32le(index), u32le(bytes.length), bytes));
  return join(magic, u32le(body.length), body, u32le(list.length), list, ...files);
}

// Reads bytes with their length in front, from `at` on.
function cutCounted(bytes, at) {
  const from = at + 4;
  const size = from <= bytes.length ? readU32le(bytes, at) : 0;
  if (from + size > bytes.length) refuse('E_MAGIC', 'the file ends before its lengths do');
  return [bytes.subarray(from, from + size), from + size];
}

function signatureOf(entry) {
  const isFine = entry !== null && typeof entry === 'object' && !Array.isArray(entry)
    && Object.keys(entry).join() === 'kid,sig' && kidForm.test(entry.kid);
  if (!isFine) refuse('E_NONCANON', 'a signature is {"kid", "sig"}');
  return { kid: entry.kid, sig: sized(fromBase64url(entry.sig), signatureSize, 'a signature') };
}

/**
 * Takes a signed file apart: { payload, signatures: [{ kid, sig }], parts: [[index, bytes]] }.
 * Views of `bytes`; lengths are checked, nothing else is believed.
 */
export function readSignedFile(magic, bytes) {
  const isOurs = bytes.length >= 4 && bytesOf(magic).every((byte, i) => bytes[i] === byte);
  if (!isOurs) refuse('E_MAGIC', `not a file that begins with ${magic}`);
  const [payload, behindPayload] = cutCounted(bytes, 4);
  const [list, behindList] = cutCounted(bytes, behindPayload);
  const entries = readJ0Bytes(list);
  const isFine = Array.isArray(entries) && entries.length >= 1 && entries.length <= signaturesMax;
  if (!isFine) refuse('E_NONCANON', 'a file has 1 to 16 signatures');
  const parts = [];
  let at = behindList;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) refuse('E_MAGIC', 'the file ends before its lengths do');
    const index = readU32le(bytes, at);
    const [part, behind] = cutCounted(bytes, at + 4);
    if (parts.length > 0 && parts[parts.length - 1][0] >= index) {
      refuse('E_MAGIC', 'the parts of a book stand in the order of its manifest');
    }
    parts.push([index, part]);
    at = behind;
  }
  return { payload, signatures: entries.map(signatureOf), parts };
}

// ---- signed notes: heads, order receipts, recovery epochs ----

/** `<kid>.<b64u signature>\n<J0>` */
export const writeNote = (kid, sig, j0) => `${kid}.${toBase64url(sig)}\n${j0}`;

// What stands before and behind the first line feed.
function lines(text, what) {
  const cut = typeof text === 'string' ? text.indexOf('\n') : -1;
  return cut < 0 ? refuse('E_NONCANON', `not ${what}`) : [text.slice(0, cut), text.slice(cut + 1)];
}

/** { kid, sig, j0 }; the signature is not verified and the J0 not read. */
export function readNote(note) {
  const [head, j0] = lines(note, 'a signed note');
  const [kid, sig, ...more] = head.split('.');
  const isFine = kidForm.test(kid) && sig !== undefined && more.length === 0;
  if (!isFine) refuse('E_NONCANON', 'not a signed note');
  return { kid, sig: sized(fromBase64url(sig), signatureSize, 'a signature'), j0 };
}

// ---- sync ----

/** `<tenant>.<b64u device>.<b64u MAC>\n<J0>`: what finds the key stands before what it proves. */
export const writeSyncRequest = (tenant, dev, mac, j0) =>
  `${tenant}.${toBase64url(dev)}.${toBase64url(mac)}\n${j0}`;

/** { tenant, dev, mac, j0 }; nothing of it is verified. */
export function readSyncRequest(text) {
  const [head, j0] = lines(text, 'a request');
  const [tenant, dev, mac, ...more] = head.split('.');
  const isFine = tenantForm.test(tenant) && mac !== undefined && more.length === 0;
  if (!isFine) refuse('E_NONCANON', 'not a request');
  return {
    tenant, j0,
    dev: sized(fromBase64url(dev), idSize, 'a device'),
    mac: sized(fromBase64url(mac), hashSize, 'a MAC'),
  };
}

/** `<b64u MAC>\n<text>`: the reply of a sync, and a record on the device. */
export const writeMaced = (mac, text) => `${toBase64url(mac)}\n${text}`;

/** { mac, text }; nothing of it is verified. */
export function readMaced(maced) {
  const [mac, text] = lines(maced, 'a text with its MAC');
  return { mac: sized(fromBase64url(mac), hashSize, 'a MAC'), text };
}

// ---- tokens ----

/** payload: J0; tag: HMAC(secret, shareMessage(tenant, payload)), of which 16 bytes are kept. */
export const writeShareToken = (payload, tag) =>
  toBase64url(join(payload, sized(tag, hashSize, 'a tag').subarray(0, shareTagSize)));

/** { payload, tag }: bytes; the tag is not verified. */
export function readShareToken(token) {
  const bytes = fromBase64url(token);
  if (bytes.length <= shareTagSize) refuse('E_NONCANON', 'too short for a share token');
  const cut = bytes.length - shareTagSize;
  return { payload: bytes.subarray(0, cut), tag: bytes.subarray(cut) };
}

const redeemHead = 'R1';

/** `R1.<kid>.<b64u J0>.<b64u signature>` */
export const writeRedeemCode = (kid, sig, j0) =>
  [redeemHead, kid, toBase64url(bytesOf(j0)), toBase64url(sig)].join('.');

/** { kid, sig, j0 }: bytes; the signature is not verified and the J0 not read. */
export function readRedeemCode(code) {
  const [head, kid, j0, sig, ...more] = typeof code === 'string' ? code.split('.') : [];
  const isFine = head === redeemHead && kidForm.test(kid) && sig !== undefined
    && more.length === 0;
  if (!isFine) refuse('E_NONCANON', 'not a redemption code');
  return {
    kid, j0: fromBase64url(j0), sig: sized(fromBase64url(sig), signatureSize, 'a signature'),
  };
}
