// The one conversation with the server: what is pending goes out, what is known comes back
// (src/sync/README.md, section 6). One exchange at a time, again and again until nothing is left.
//
// A reply without a good MAC changes nothing here: it only says that the line is of no use now.
import { answerError } from './enrol.js';
import { afterReply, conflictsOf, nextBatch, viewOf } from './outbox.js';
import { SuanpanError } from '../error.js';
import { toBase64url } from '../sync/base64url.js';

const SOON_MS = 150;
const BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 60000;
// After so many chains that did not fit the phone is taken for a copy and enrols anew.
const FORKS_MAX = 3;

/** Whether an error says no more than that there was no answer this time. */
export const isLost = ({ code }) => /^E_(NETWORK|TIMEOUT|BUSY)$/.test(code);

/**
 * { session() → session of session.js, books, sync: engine.sync, host, url, clock, pollMs,
 *   isWriter(): whether this page is the one that speaks, tell(kind, more): something has changed }
 * → { run, plan, stop, state, … }
 */
export function createLink(parts) {
  const { session, books, sync, host, url, clock, pollMs, isWriter, tell } = parts;
  const state = { isOnline: null, isSyncing: false, needsEnrolment: false, error: null };
  const answers = new Map();
  let failures = 0;
  let running = null;
  // Something became due for sending while a run was under way that may have looked already.
  let isDue = false;
  let cancel = () => {};
  let isStopped = false;
  // The host says that there is no network: an answer that was on its way is no proof against it.
  let isCut = false;

  function plan(ms) {
    cancel();
    if (!isStopped) cancel = clock.after(ms, () => isWriter() && run().catch(() => {}));
  }

  async function backOff() {
    const [byte] = await host.random.bytes(1).catch(() => [128]);
    const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(failures, 10));
    // Between half of it and all of it: phones that lost the server together come back apart.
    plan(Math.round(most * (0.5 + byte / 510)));
  }

  async function post(batch) {
    const { device, data } = session();
    const nonce = toBase64url(await host.random.bytes(16));
    const count = await session().nextCount();
    const { current } = books;
    const request = {
      count, nonce, now: clock.now(), prev: data.head,
      have: { book: current ? [current.epoch, current.ver] : [0, 0], state: data.base.ver },
      ops: batch.map(({ text }, index) => ({ b: text, s: data.last + 1 + index })),
    };
    const { body } = sync.sealSync({ keys: device.keys, request });
    session().markSent(batch);
    const answer = await host.http.request({ method: 'POST', url: `${url}/v1/sync`, body,
      headers: { 'content-type': 'text/plain' } });
    if (answer.status !== 200) throw answerError(answer);
    return sync.openSync({ keys: device.keys, nonce, body: answer.body });
  }

  function learn(reply, batch) {
    const { data } = session();
    const before = viewOf(data).cart;
    const first = data.last + 1;
    const next = afterReply(data, reply, batch);
    session().learn({ ...next, offset: reply.time - clock.now() });
    if (reply.err === 'E_REPLAY') session().raiseCount(reply.count);
    const isOrdered = reply.res.some(({ c, s }) =>
      c === 'ok' && batch[s - first] && batch[s - first].k === 'order.submit');
    if (!isOrdered) {
      conflictsOf(before, viewOf(next).cart).forEach((conflict) => tell('conflict', conflict));
    }
    reply.res.forEach((result) => {
      const op = batch[result.s - first];
      if (!op) return;
      const waiter = answers.get(op.u);
      answers.delete(op.u);
      if (waiter) waiter(result);
      else if (op.k === 'order.submit') tell('ordered', result);
    });
  }

  async function recoveryOf({ recovery }) {
    return recovery ? (await books.openNote('recovery', recovery)).epoch : 0;
  }

  // An order is taken for accepted by what the shop has signed of it, never by the answer alone.
  async function orderChecked(result, op) {
    const { order, payable, cash, note, s } = result;
    let said = {};
    try {
      said = await books.openNote('order', note);
    } catch (error) {
      // Without a network nobody knows what newer roots would say: the answer is asked for again.
      if (isLost(error)) throw error;
    }
    const isSame = said.order === order && said.payable === payable && said.cash === cash;
    const { t, c = t } = JSON.parse(op.text).q;
    const isAsShown = payable <= t && cash <= c;
    return isSame && isAsShown ? result : { c: 'E_SIGNATURE', s, order };
  }

  const checked = (reply, batch, first) => Promise.all(reply.res.map((result) => {
    const op = batch[result.s - first];
    const isOrder = result.c === 'ok' && op && op.k === 'order.submit';
    return isOrder ? orderChecked(result, op) : result;
  }));

  // A server that was restored from a backup counts its views anew, so one with the number that is
  // known here may be another: it is asked for. Whether it has to be.
  function recover(recovery, { state: view }) {
    const { data } = session();
    if (recovery <= data.recovery) return false;
    const isBlind = !view && data.base.ver > 0;
    session().learn({ ...data, recovery,
      base: isBlind ? { ...data.base, ver: 0 } : data.base });
    return isBlind;
  }

  async function exchange() {
    const { device, data } = session();
    const batch = nextBatch(data);
    const answer = await post(batch);
    const recovery = await recoveryOf(answer);
    const reply = { ...answer, res: await checked(answer, batch, data.last + 1) };
    // Another member may have come while the answer was on its way.
    if (session().device !== device) return false;
    const { ver } = data.base;
    const isRestored = recover(recovery, reply);
    const pending = data.pending.length;
    learn(reply, batch);
    const now = session().data;
    // A recall is no word to forget.
    const isDifferent = now.base.ver !== ver || now.pending.length !== pending || reply.err
      || now.minVer !== data.minVer;
    if (isDifferent || batch.length > 0) await session().save().catch(() => tell('quota'));
    tell('synced');
    if (reply.err === 'E_BUSY') throw new SuanpanError('E_BUSY');
    if (now.forks >= FORKS_MAX) throw new SuanpanError('E_FORK');
    const isAnswered = reply.err || reply.res.length > 0 || batch.length === 0;
    const isMore = now.pending.length > 0 && now.pending[0].isKept;
    return isRestored || (isAnswered && isMore);
  }

  // A visitor has nothing to send: the signed head says which book is in force, and until when.
  async function lookUp() {
    const head = await books.head();
    const { data } = session();
    session().learn({ ...data, time: Math.max(data.time, head.time), named: head,
      offset: head.time - clock.now(), freshUntil: head.fresh_until, minVer: head.min_ver });
    if (head.min_ver !== data.minVer) await session().save().catch(() => tell('quota'));
    tell('synced');
  }

  async function followBook() {
    const { named } = session().data;
    if (!named) return;
    if (await books.heed(named)) tell('book');
    if (await books.follow(named)) tell('book');
  }

  async function talk() {
    if (session().device === null) await lookUp();
    else while (await exchange());
    state.isOnline = !isCut;
    await followBook();
  }

  function failed(error) {
    failures += 1;
    if (isLost(error) && error.code !== 'E_BUSY') state.isOnline = false;
    else state.isOnline = !isCut;
    if (/^E_(DEVICES?|FORK|KEY)$/.test(error.code)
      || (error.code === 'E_MAC' && error.status)) state.needsEnrolment = true;
    state.error = error.code || 'E_NETWORK';
    backOff();
  }

  async function runNow() {
    state.isSyncing = true;
    isDue = false;
    try {
      // Not within run(), which has to know of a run before that can be over.
      await null;
      tell('link');
      await talk();
      failures = 0;
      state.error = null;
      state.needsEnrolment = false;
      plan(isDue ? SOON_MS : pollMs);
    } catch (error) {
      failed(error);
      throw error;
    } finally {
      running = null;
      state.isSyncing = false;
      tell('link');
    }
  }

  /** Sends and asks until nothing is left; whoever calls while it runs gets the same promise. */
  function run() {
    if (running === null) {
      cancel();
      running = runNow();
      running.catch(() => {});
    }
    return running;
  }

  return {
    run,
    state,
    plan,
    /** Something is to be sent: not at once, so that many taps make one request. */
    soon() {
      if (running !== null) isDue = true;
      else if (failures === 0) plan(SOON_MS);
    },
    /** The host says that there is, or is no, network. */
    reach(isOnline) {
      isCut = !isOnline;
      if (isOnline) {
        failures = 0;
        plan(0);
      } else {
        state.isOnline = false;
        tell('link');
      }
    },
    /**
     * Sends one operation now: its result, or null where there is no answer yet; then it stays
     * pending. An order that did not even go out is dropped instead: it never goes by itself.
     */
    async ask(op) {
      let result = null;
      answers.set(op.u, (heard) => {
        result = heard;
      });
      await session().enterOp(op);
      try {
        await run();
        // A run that was under way had looked at the outbox before this operation was in it.
        if (result === null) await run();
      } catch (error) {
        if (result === null && !isLost(error)) throw error;
      } finally {
        answers.delete(op.u);
        const isUnsent = session().data.pending.some(({ u, isSent }) => u === op.u && !isSent);
        if (op.k === 'order.submit' && isUnsent) await session().enter({ drop: op.u });
      }
      return result;
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
