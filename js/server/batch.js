// A batch of operations of one device: whether it fits behind what the server has of that chain,
// and its effects (src/sync/README.md, section 5).
//
// Checking comes first and changes nothing: either every op of the batch is good to be done, or the
// whole batch is answered with one `err` and no number is used up.
import { SuanpanError } from '../error.js';
import { u64be } from '../sync/bytes.js';
import { j0Text, readJ0 } from '../sync/j0.js';
import { argsHash, applyOp } from './ops.js';
import { isEqual, sha256Text } from './crypto.js';
import { resultAgain } from './order.js';
import { Refused } from './refused.js';

export const OPS_MAX = 64;
const BODY_BYTES_MAX = 4096;
const RESULTS_KEPT_MS = 30 * 86400 * 1000;
const uidForm = /^[A-Za-z0-9_-]{22}$/;
const notAdvancing = ['E_MAC', 'E_NONCANON', 'E_GAP', 'E_FORK', 'E_DEVICE', 'E_BUSY'];

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * The ops of a request, which have their form and rise one by one, with their bodies: null where
 * members are missing, undefined where the text is not canonical.
 */
export function readOps(ops) {
  const isFine = Array.isArray(ops) && ops.length <= OPS_MAX && ops.every((op, i) => isObject(op)
    && Number.isSafeInteger(op.s) && op.s >= 1 && (i === 0 || op.s === ops[i - 1].s + 1)
    && ['b', 'd', 't'].every((name) => typeof op[name] === 'string')
    && Buffer.byteLength(op.b) <= BODY_BYTES_MAX);
  if (!isFine) throw new SuanpanError('E_ARGS', '/ops', 'ops are not in their form');
  return ops.map(({ b, d, s, t }) => ({ b, d, s, t, body: bodyOf(b) }));
}

// A body without all of its members is an op that can have no effect but is in the chain: it uses
// up its number and is answered with E_ARGS.
function bodyOf(text) {
  let body;
  try {
    body = readJ0(text);
  } catch {
    return undefined;
  }
  const isFine = isObject(body) && isObject(body.a) && Array.isArray(body.b) && body.b.length === 2
    && body.b.every((n) => Number.isSafeInteger(n) && n >= 0)
    && typeof body.k === 'string' && uidForm.test(body.u)
    && Number.isSafeInteger(body.r) && Number.isSafeInteger(body.t);
  return isFine ? body : null;
}

const fit = (code) => {
  throw new Refused(code);
};

const bytesOf = (text) => Buffer.from(text, 'base64url');

// One op behind `chain`: its hash, its tag, its text.
function checkNext({ op: tagOf, begins }, chain, op) {
  const d = sha256Text(begins.op, u64be(op.s), bytesOf(chain.head), op.b);
  if (d !== op.d) fit('E_FORK');
  if (!isEqual(bytesOf(tagOf(bytesOf(d))), bytesOf(op.t))) fit('E_MAC');
  if (op.body === undefined) fit('E_NONCANON');
  return { s: op.s, d, body: op.body };
}

/**
 * { known: [{ s, result }], fresh: [{ s, d, body }], last, head }: what was done before, what is to
 * be done, and where the chain ends after it. Throws Refused with a code that does not advance.
 */
export function checkBatch(tx, shop, keys, device, { ops, prev }) {
  const { tenant } = shop;
  const known = [];
  const fresh = [];
  const chain = { last: device.last, head: device.head };
  for (const op of ops) {
    if (op.s > chain.last + 1) fit('E_GAP');
    if (op.s <= device.last) {
      const row = tx.get('SELECT d, kind, result FROM op WHERE tenant = ? AND member = ? '
        + 'AND device = ? AND seq = ?', tenant, device.member, device.device, op.s);
      if (row && row.d !== op.d) fit('E_FORK');
      known.push({ s: op.s, result: row ? storedResult(shop, row) : { c: 'E_STALE_OP' } });
      continue;
    }
    const next = checkNext(keys, chain, op);
    fresh.push(next);
    chain.last = next.s;
    chain.head = next.d;
  }
  // With nothing to do the head as the phone knows it still has to be ours; a phone that has not
  // heard the last answer is behind, not astray.
  if (ops.length > 0 && ops[0].s === device.last + 1 && prev !== device.head) fit('E_FORK');
  return { known, fresh, ...chain };
}

const EARLIER = 'SELECT kind, args, result FROM op WHERE tenant = ? AND member = ? AND uid = ?';
const WRITE = 'INSERT INTO op (tenant, member, device, seq, d, uid, kind, args, result, done_ms, '
  + 'arrived_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';

function storedResult(shop, { kind, result }) {
  const told = JSON.parse(result);
  return kind === 'order.submit' ? resultAgain(shop, told) : told;
}

// An op of the same uid that was done before, at this or another device of the member.
function earlier(tx, shop, member, { body }, args) {
  const { tenant } = shop;
  const row = tx.get(EARLIER, tenant, member, body.u);
  if (!row) return null;
  return row.kind === body.k && row.args === args ? storedResult(shop, row) : { c: 'E_UID' };
}

function resultOf(tx, shop, device, body, nowMs) {
  try {
    return { c: 'ok', ...applyOp(tx, shop, device, body, nowMs) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (notAdvancing.includes(error.code)) throw error;
    return { c: error.code, ...error.data };
  }
}

// The result of an op that has its members, and under which uid it is kept: none where one of the
// same uid was done before.
function done(tx, shop, device, op, args, nowMs) {
  const before = earlier(tx, shop, device.member, op, args);
  return before ? { uid: null, result: before }
    : { uid: op.body.u, result: resultOf(tx, shop, device, op.body, nowMs) };
}

/** Does one op of the chain, writes down its result, and returns it with the number of the op. */
export function doOp(tx, shop, device, op, { arrivalMs, doneMs }) {
  const { body } = op;
  const args = body ? argsHash(j0Text(body.a)) : '';
  const { uid, result } = body ? done(tx, shop, device, op, args, arrivalMs)
    : { uid: null, result: { c: 'E_ARGS', path: '' } };
  tx.must('E_BUSY', WRITE, shop.tenant, device.member, device.device, op.s, op.d, uid,
    body ? body.k : '', args, JSON.stringify(result), doneMs, arrivalMs);
  result.s = op.s;
  return result;
}

/**
 * Forgets results that are older than the protocol keeps them, rowsMax at most; returns how many.
 * The chain itself stays whole.
 */
export const forgetResults = (tenant, nowMs, rowsMax) => (tx) => tx.run('DELETE FROM op '
  + 'WHERE (tenant, member, device, seq) IN (SELECT tenant, member, device, seq FROM op '
  + 'WHERE tenant = ? AND arrived_ms < ? ORDER BY arrived_ms LIMIT ?)',
tenant, nowMs - RESULTS_KEPT_MS, rowsMax);
