// `POST /v1/sync`: one request of a device, verified over its bytes, done in one transaction, and
// answered under the key of the device (src/sync/README.md, section 6).
import { SuanpanError } from '../error.js';
import { fromBase64url } from '../sync/base64url.js';
import { j0Text, readJ0 } from '../sync/j0.js';
import { noteMessage, readSyncRequest, writeNote } from '../sync/messages.js';
import { checkBatch, doOp, readOps } from './batch.js';
import { b64u, isEqual } from './crypto.js';
import { HttpError, Refused } from './refused.js';
import { stateText, viewNow, viewWithCart } from './view.js';

const VIEWS_MAX = 5000;

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// Only after its MAC was found good is anything of the text looked at. When it arrives at the store
// is for the caller to say.
function readRequest(shop, text, keysOf) {
  const { tenant, dev, mac, j0 } = readSyncRequest(text);
  if (tenant !== shop.tenant) throw new HttpError(404, 'E_NOT_FOUND', 'another shop');
  const device = b64u(dev);
  const keys = keysOf(device);
  if (!keys) throw new HttpError(401, 'E_DEVICE');
  // Requests with the same MAC have the same bytes.
  const asked = keys.op(keys.begins.sync, j0);
  if (!isEqual(Buffer.from(asked, 'base64url'), mac)) throw new HttpError(401, 'E_MAC');
  const request = readJ0(j0);
  const { count, have, nonce, ops, prev } = isObject(request) ? request : {};
  const isFine = Number.isSafeInteger(count) && count >= 1 && typeof nonce === 'string'
    && fromBase64url(nonce).length === 16 && typeof prev === 'string'
    && isObject(have) && Number.isSafeInteger(have.state);
  if (!isFine) throw new SuanpanError('E_ARGS', '', 'a member of the request is missing');
  return { device, keys, asked, request: { count, have, nonce, ops: readOps(ops), prev },
    arrivalMs: 0 };
}

function recoveryNote(shop, epoch) {
  if (!shop.recovery || shop.recovery.epoch !== epoch) {
    const { online, tenant } = shop;
    const j0 = j0Text({ epoch });
    shop.recovery = { epoch,
      note: writeNote(online.kid, online.sign(noteMessage('recovery', tenant, j0)), j0) };
  }
  return shop.recovery.note;
}

/** Until when a book is a promise: some time from now, not beyond its end nor its root's. */
export function freshUntil(shop, book, nowMs) {
  const soon = Math.floor(nowMs / 1000) + shop.settings.freshS;
  return Math.min(soon, book.manifest.expires, shop.books.root().expires);
}

export function bookWord(shop, nowMs, book = shop.books.current(nowMs)) {
  if (!book) throw new HttpError(503, 'E_BUSY', 'no book is published');
  return { digest: book.digest, epoch: book.epoch, ver: book.ver,
    min_ver: book.manifest.min_ver, fresh_until: freshUntil(shop, book, nowMs) };
}

// What all replies of a second say alike: { book, recovery } as J0.
function commonText(shop, epoch, nowMs) {
  const { common } = shop;
  const book = shop.books.current(nowMs);
  const isSame = common && common.book === book && common.epoch === epoch
    && common.fresh === freshUntil(shop, book, nowMs);
  if (isSame) return common;
  const word = bookWord(shop, nowMs, book);
  shop.common = { book, epoch, fresh: word.fresh_until, bookText: j0Text(word),
    recoveryText: j0Text(recoveryNote(shop, epoch)) };
  return shop.common;
}

// What every reply says, in the order of J0; the MAC binds it to the question. Nonce and head are
// base64url.
function reply(shop, row, asked, { count, err, head, last, res, state, ver }) {
  const { keys, request, arrivalMs } = asked;
  const { bookText, recoveryText } = commonText(shop, row.recovery_epoch, arrivalMs);
  const text = `{"book":${bookText},"count":${count},"durable_ver":${ver}${
    err ? `,"err":"${err}"` : ''},"head":"${head}","last":${last},"nonce":"${
    request.nonce}","recovery":${recoveryText},"res":${j0Text(res)}${
    state ? `,"state":${stateText(state)}` : ''},"time":${arrivalMs},"ver":${ver}}`;
  return `${keys.ack(keys.begins.synced, Buffer.from(request.nonce, 'base64url'), text)}\n${text}`;
}

const verOf = (tx, tenant, member) =>
  tx.get('SELECT ver FROM member WHERE tenant = ? AND member = ?', tenant, member).ver;

// A number that does not rise: the same bytes get the same answer, others learn the number alone.
function answerAgain(tx, shop, row, asked) {
  const isSame = asked.request.count === row.count && asked.asked === row.asked;
  if (isSame) {
    return tx.get('SELECT answered FROM device WHERE tenant = ? AND member = ? AND device = ?',
      shop.tenant, row.member, row.device);
  }
  return { answered: reply(shop, row, asked, { count: row.count, err: 'E_REPLAY', head: row.head,
    last: row.last, res: [], ver: 0 }) };
}

// The batch doesn't fit: the phone hears where the chain ends, and nothing has happened.
const answerUnfit = (tx, shop, row, asked, code) => {
  const ver = verOf(tx, shop.tenant, row.member);
  return { answered: reply(shop, row, asked, { count: asked.request.count, err: code,
    head: row.head, last: row.last, res: [], ver }) };
};

// A device comes to life with its first good request; a member has ten that live.
function enliven(tx, { tenant }, { member, device, state }) {
  if (state === 'live') return;
  tx.must('E_DEVICES', 'UPDATE member SET devices = devices + 1 '
    + 'WHERE tenant = ? AND member = ? AND devices < 10', tenant, member);
  tx.must('E_DEVICE', "UPDATE device SET state = 'live' WHERE tenant = ? AND member = ? "
    + "AND device = ? AND state = 'new'", tenant, member, device);
}

const ADVANCE = 'UPDATE device SET count = ?, last = ?, head = ?, asked = ?, answered = ?, '
  + 'done_ms = ?, reply_ms = ?, book_epoch = ?, book_ver = ? WHERE tenant = ? AND member = ? '
  + "AND device = ? AND state = 'live' AND count = ? AND last = ?";

// The chain goes on from where it was read: number, head and answer in one conditional UPDATE.
function advance(tx, { tenant }, row, { count, last, head, asked, answered, doneMs, arrivalMs,
  book }) {
  tx.must('E_BUSY', ADVANCE, count, last, head, asked, answered, doneMs, arrivalMs, book.epoch,
    book.ver, tenant, row.member, row.device, row.count, row.last);
}

function doBatch(tx, shop, row, asked) {
  const { tenant } = shop;
  const { request, arrivalMs } = asked;
  const batch = checkBatch(tx, shop, asked.keys, row, request);
  const isOrder = batch.fresh.some(({ body }) => body && body.k === 'order.submit');
  if (isOrder && request.ops.length > 1) {
    throw new SuanpanError('E_ARGS', '/ops', 'order.submit is alone in its batch');
  }
  const doneMs = Math.max(row.done_ms, arrivalMs);
  const { count } = request;
  const known = batch.known.map(({ s, result }) => ({ ...result, dup: true, s }));
  const fresh = batch.fresh.map((op) => doOp(tx, shop, row, op, { arrivalMs, doneMs }));
  const isCart = row.cart && !row.hasMore;
  const ver = isCart ? row.cart.viewVer : verOf(tx, tenant, row.member);
  const state = request.have.state === ver ? null : viewAfter(tx, shop, row, isCart);
  const answered = reply(shop, row, asked, { count, head: batch.head, last: batch.last,
    res: [...known, ...fresh], ver, state });
  const { last, head } = batch;
  advance(tx, shop, row, { count, last, head, asked: asked.asked, answered, doneMs, arrivalMs,
    book: shop.books.current(arrivalMs) });
  return { answered, state };
}

// Most batches change the cart alone; the rest of the view is then the last one that was sent.
const viewAfter = (tx, shop, row, isCart) => (isCart && row.view
  ? viewWithCart(row.view, row.cart) : viewNow(tx, shop, row));

// The view as it was sent last, if nothing has changed since: each change raises the version.
function knownView({ views }, { member, ver }) {
  const view = views.get(member);
  return view && view.ver === ver ? view : null;
}

const ROW = 'SELECT device.member, device, state, last, head, count, asked, reply_ms, done_ms, '
  + 'book_epoch, book_ver, recovery_epoch, ver FROM device JOIN tenant '
  + 'ON tenant.tenant = device.tenant JOIN member ON member.tenant = device.tenant '
  + 'AND member.member = device.member WHERE device.tenant = ? AND device = ?';

function rowOf(tx, shop, device) {
  const row = tx.get(ROW, shop.tenant, device);
  if (!row || row.state === 'revoked') throw new HttpError(401, 'E_DEVICE');
  row.view = knownView(shop, row);
  return row;
}

const answerJob = (shop, asked) => (tx) => {
  const row = rowOf(tx, shop, asked.device);
  if (asked.request.count <= row.count) return answerAgain(tx, shop, row, asked);
  enliven(tx, shop, row);
  return doBatch(tx, shop, row, asked);
};

// What the job has written is undone when it refuses; then the phone hears where it stands.
async function answerOrRefuse(shop, asked) {
  try {
    return await shop.store.transact(answerJob(shop, asked));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'E_DEVICES' || error.code === 'E_DEVICE') {
      throw new HttpError(403, error.code);
    }
    return shop.store.transact((tx) =>
      answerUnfit(tx, shop, rowOf(tx, shop, asked.device), asked, error.code));
  }
}

// An order is priced inside of its transaction, so the engines have to be there before.
async function readyEngines(shop, ops, nowMs) {
  const [{ body } = {}] = ops;
  if (ops.length !== 1 || !body || body.k !== 'order.submit') return;
  const current = shop.books.current(nowMs);
  if (current) await shop.engines.ready(current);
  const [epoch, ver] = body.b;
  const book = shop.books.find(epoch, ver);
  if (book && book !== current) await shop.engines.ready(book);
}

function keepView(views, view) {
  const { id } = view.member;
  const known = views.get(id);
  if (known && known.ver > view.ver) return;
  if (views.size >= VIEWS_MAX) views.delete(views.keys().next().value);
  views.set(id, view);
}

/** The text of the answer to the text of a request; throws HttpError or SuanpanError. */
export async function answerSync(shop, text, { onDevice = () => {} } = {}) {
  const asked = readRequest(shop, text, shop.keysOf);
  onDevice(asked.device);
  await readyEngines(shop, asked.request.ops, shop.clock());
  asked.arrivalMs = shop.clock();
  const { answered, state } = await answerOrRefuse(shop, asked);
  // Only what is on the disk is built upon.
  if (state) keepView(shop.views, state);
  return answered;
}
