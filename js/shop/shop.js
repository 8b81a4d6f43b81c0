// createShop: a member's cart on this phone. Taps become operations that are on the screen at
// once, in the phone's storage right after, and at the server when there is a network; the price
// comes from the engine, synchronously, once for all taps of a tick.
//
// What is durable is session.js, the talk with the server link.js, orders order.js; several tabs
// are the host's. This file joins them to what a page uses.
import { SuanpanError, refuse } from '../error.js';
import { tellAll } from '../listeners.js';
import { onlyOptions, optionsFrom } from '../options.js';
import { j0Text } from '../sync/j0.js';
import { utf8Size } from '../utf8.js';
import { checkText } from './arguments.js';
import { createBooks } from './books.js';
import { isCartOp, lineKey, reduce } from './cart.js';
import { enrol } from './enrol.js';
import { createHints } from './hints.js';
import { createLink } from './link.js';
import { createOrders, intentView } from './order.js';
import { detailsFrom, withDetails } from './order_details.js';
import { dataOf, isKnown, storedOf, viewOf } from './outbox.js';
import { createPrices } from './prices.js';
import { quoteRequest } from './request.js';
import { adoptDevice, openSession, readDevice } from './session.js';
import { tokenCalls } from './tokens.js';
import { UID_START_BYTES, uidsFrom } from './uids.js';

// What an event names that is not the cart's; orders go out by submit() alone.
const NAMED = new Map([['coupon.claim', 'rule'], ['order.cancel', 'order'],
  ['share.open', 'share']]);
const BODY_BYTES_MAX = 4096;
const POLL_MS = 60000;
const CONFLICTS_MAX = 20;

const systemClock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    // A program that has nothing else to do may end; browsers give numbers here.
    if (timer && timer.unref) timer.unref();
    return () => clearTimeout(timer);
  },
};

// { type: 'cart.add', sku, options, n } → { k, a } with the line's key.
function operationOf({ type, ...args }) {
  if ((type === 'cart.add' || type === 'cart.set') && args.line === undefined) {
    args.line = lineKey(args.sku, args.options, args.store);
  }
  if ((type === 'cart.add' || type === 'cart.set') && args.options === undefined) args.options = [];
  return { k: type, a: args };
}

const answered = (result) => (result.c === 'ok' ? result : refuse(result.c, '', result.path));

// Listeners hear once a tick what has changed since they last did, and between two books nothing.
function createNews(swapping) {
  const listeners = new Set();
  let news = [];
  const flush = () => {
    const swap = swapping();
    if (swap) {
      swap.then(flush);
      return;
    }
    const told = news;
    news = [];
    tellAll(listeners, told);
  };
  return {
    tell(kind, more) {
      if (news.length === 0) Promise.resolve().then(flush);
      news.push(more === undefined ? { kind } : { kind, ...more });
    },
    subscribe(listener) {
      if (typeof listener !== 'function') refuse('E_TYPE', 'a listener is a function');
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

// Whether a book is the one that the server named last.
function isNewest(current, { named, minVer }) {
  if (current === null || named === null) return current !== null;
  return current.epoch === named.epoch && current.ver === named.ver && current.ver >= minVer;
}

// What a page shows of the connection, the member and the book in force.
function statusOf({ session: { data, device }, link, current, pending, nowS }) {
  const freshUntil = current === null ? 0 : Math.min(data.freshUntil, current.expires);
  return {
    member: device === null ? null : device.member,
    isOnline: link.isOnline,
    isSyncing: link.isSyncing,
    needsEnrolment: link.needsEnrolment,
    error: link.error,
    pending,
    // Prices are promises until then, and estimates after.
    isFresh: current !== null && nowS < freshUntil,
    freshUntil,
    isRevoked: current !== null && Boolean(current.parts.isRecalled),
    book: current === null ? null : { epoch: current.epoch, ver: current.ver,
      digest: current.digest },
    serverTime: data.time,
  };
}

// The details `kept` with what became of `before`: what is gone there is cleared.
function orderAfter(kept, before, after) {
  const cleared = Object.keys(before).reduce((all, name) => ({ ...all, [name]: null }), {});
  return withDetails(kept, { ...cleared, ...after });
}

// The book that was kept, or else the one that the host fetched before the page was there.
async function openFirst(books, { prefetched }) {
  await books.open();
  if (books.current !== null || !prefetched) return;
  // Text where the host's channel carries nothing else: WeChat's data prefetch.
  const file = await prefetched('pre').catch(() => null);
  if (file) await books.offer(typeof file === 'string' ? file.trim() : file);
}

// Where the host has one page only, it is the one that writes.
const joinNobody = () => ({ isLead: true, ready: Promise.resolve(), publish() {} });

// What is missing is said now, not when a tap needs it.
function checkOptions(options) {
  onlyOptions(options, { object: 'engine host clock?', string: 'shop url? app?', root: 'root',
    function: 'login?', number: 'pollMs?' });
  const { engine, host, clock } = options;
  optionsFrom(engine, { object: 'sync', function: 'quote load' }, '/engine');
  optionsFrom(host, { object: 'http random', function: 'kvFor joinTabs? prefetched? userKey?' },
    '/host');
  if (clock) optionsFrom(clock, { function: 'now after' }, '/clock');
  return options;
}

/**
 * options: { engine, host, url, shop, root, app = 'h5', login, clock, pollMs }
 *
 * host   { kvFor, http, random, joinTabs?, prefetched?, userKey? }; url of the server, without '/'
 *        at its end; shop and root: the merchant's configuration; login() → a login code, asked
 *        for by enrol().
 */
export async function createShop(options) {
  const { engine, host, url = '', shop: tenant, root, app = 'h5', login } = checkOptions(options);
  const { clock: hostClock = systemClock, pollMs = POLL_MS, engine: { sync } } = options;
  // Whole milliseconds, whatever the host counts in.
  const clock = { ...hostClock, now: () => Math.floor(hostClock.now()) };
  const shopKv = host.kvFor([tenant]);
  const news = createNews(() => books.swapping);
  const uid = uidsFrom(await host.random.bytes(UID_START_BYTES));
  let session = null;
  // What was handed to the tab that writes and is not in its state yet.
  let waiting = [];
  let saidOfOrder = [];
  let conflicts = [];
  let version = 0;

  // Known to the server to the millisecond of its last answer, not before it until the next one.
  const now = () => Math.max(session.data.time, clock.now() + session.data.offset);
  const nowS = () => Math.floor(now() / 1000);

  const books = createBooks({ engine, kv: shopKv, http: host.http, url, shop: tenant, root,
    now: nowS });

  function changed(kind, more) {
    version += 1;
    news.tell(kind, more);
    tabs.publish();
  }

  const hints = createHints({ http: host.http, url, clock, changed: () => changed('live') });
  const link = createLink({ session: () => session, books, sync, host, url, clock, pollMs,
    isWriter: () => tabs.isLead,
    tell(kind, more) {
      if (kind === 'conflict') conflicts = [...conflicts, more].slice(-CONFLICTS_MAX);
      changed(kind, more);
    } });

  // ---- what is shown ----

  function dataNow() {
    const { data } = session;
    if (waiting.length + saidOfOrder.length === 0) return data;
    const open = waiting.filter((op) => !isKnown(data, op));
    return { ...data, pending: data.pending.concat(open),
      order: saidOfOrder.reduce(withDetails, data.order) };
  }

  let viewed = { version: -1 };
  function state() {
    if (viewed.version !== version) {
      const data = dataNow();
      viewed = { version, data, state: viewOf(data, viewed) };
    }
    return viewed.state;
  }

  const details = () => {
    const { use, ...at } = dataNow().order;
    return { at: { ...at, now: nowS() }, use, live: hints.last.value || undefined };
  };
  // A book that was recalled has no rules: then no choice is left that names one.
  const prices = createPrices({ engine, books, clock, nowS, changed, version: () => version,
    ask(seenCoupons) {
      const { parts } = books.current || {};
      const offers = parts && parts.rules;
      return quoteRequest(state(), { ...details(), offers, seenCoupons });
    } });
  const { quotedNow } = prices;

  const isBookCurrent = () => isNewest(books.current, session.data);

  const status = () => statusOf({ session, link: link.state, current: books.current,
    pending: dataNow().pending.length, nowS: nowS() });

  // What other tabs are told. Never the keys: words go through stores that are not for secrets.
  function stateOf() {
    const { data, device } = session;
    return { data: storedOf(data), device: device && { member: device.member }, link: link.state,
      hints: hints.last, digest: books.current && books.current.digest };
  }

  // ---- what is done ----

  function opOf(k, a, { q, u = uid() } = {}) {
    const { current } = books;
    const body = { a, b: current ? [current.epoch, current.ver] : [0, 0], k,
      r: session.data.time, t: clock.now(), u };
    if (q) body.q = q;
    const text = j0Text(body);
    if (utf8Size(text) > BODY_BYTES_MAX) throw new SuanpanError('E_LIMIT', '', 'too long');
    return { u: body.u, k, a, text };
  }

  const orders = createOrders({ session: () => session, link, now, opOf, isBookCurrent,
    quotedOf: quotedNow,
    async freshHints({ request: asked, receipt: { gifts = [] } }) {
      const skus = new Set([...asked.lines, ...gifts].map(({ sku }) => sku));
      hints.forget();
      // They promise nothing: without them the order is priced by what was known before.
      await hints.live([...skus], session.data.order.store).catch(() => {});
    } });

  const kvOf = (member) => (member === null ? shopKv : host.kvFor([tenant, member]));

  async function openMember(isReader) {
    const pointer = await shopKv.get('member');
    const device = pointer ? await readDevice(kvOf(pointer)) : null;
    return openSession({ kv: kvOf(device === null ? null : pointer), sync, device, isReader });
  }

  async function adopt(device) {
    const visitor = session.device === null ? session.data
      : (await openSession({ kv: shopKv, sync, device: null })).data;
    const before = session;
    await before.settled();
    const { time, offset, freshUntil, minVer, named } = before.data;
    const next = await adoptDevice({ kv: kvOf(device.member), sync, device, visitor,
      known: { time, offset, freshUntil, minVer, named } });
    await shopKv.set('member', device.member);
    session = next;
    // What was said of the order while the keys were being made.
    const isSaid = before.device === null && before.data.order !== visitor.order;
    if (isSaid) {
      session.learn({ ...next.data,
        order: orderAfter(next.data.order, visitor.order, before.data.order) });
    }
    // From here on these operations are the member's; a visitor starts with an empty cart again.
    const taken = visitor.pending.map(({ u }) => u);
    const emptied = await openSession({ kv: shopKv, sync, device: null });
    const isLeft = ({ u }) => taken.indexOf(u) < 0;
    emptied.learn({ ...emptied.data, pending: emptied.data.pending.filter(isLeft) });
    await emptied.save();
    // What was tapped while the keys were being made.
    const late = before.device === null ? before.data.pending.filter(isLeft) : [];
    await Promise.all(late.map((op) => session.enterOp(op)));
    if (isSaid) await session.enter({ order: session.data.order });
    link.state.needsEnrolment = false;
    changed('member');
    link.soon();
  }

  const performers = {
    async enter(op) {
      await session.enterOp(op);
      link.soon();
    },
    keep: (entry) => session.enter(entry),
    setOrder: (said) => session.enter({ order: withDetails(session.data.order, said) }),
    sync: () => link.run(),
    submit({ known, ...args }) {
      // All tabs have to price by the same, or one would never be shown what another charges.
      hints.learn(known);
      return orders.submit(args);
    },
    async ask({ k, a }) {
      if (session.device === null) throw new SuanpanError('E_DEVICE', '', 'enrol first');
      const op = opOf(k, a);
      const result = await link.ask(op);
      if (result === null) throw new SuanpanError('E_NETWORK', '', 'there was no answer');
      if (result.c !== 'ok') await session.enter({ dismiss: op.u });
      return answered(result);
    },
    async enrol({ evict } = {}) {
      if (!login) throw new SuanpanError('E_DEVICE', '', 'createShop was given no login');
      const userKey = host.userKey ? await host.userKey() : null;
      await adopt(await enrol({ sync, host, url, shop: tenant, app, root: books.root,
        code: await login(), evict, userKey }));
    },
    async leave() {
      await session.settled();
      await shopKv.remove('member');
      session = await openSession({ kv: shopKv, sync, device: null });
      changed('member');
    },
  };

  async function perform(method, args) {
    try {
      return await performers[method](args);
    } finally {
      changed(method);
    }
  }

  const act = (method, args) => (tabs.isLead ? perform(method, args) : tabs.ask(method, args));

  /**
   * An event of the shopper: { type: 'cart.add', sku, options?, store?, n } and the other kinds of
   * src/sync/README.md, section 5. It is on the screen when this returns; the promise resolves when
   * it is kept, and rejects when it can't be (E_QUOTA): then it is taken back. Under a name `u`
   * that was there before nothing happens.
   */
  async function enter(event, u) {
    const { k, a } = operationOf(optionsFrom(event));
    if (isCartOp(k)) reduce(state().cart, { k, a });
    else if (NAMED.has(k)) checkText(a[NAMED.get(k)], `/${NAMED.get(k)}`, BODY_BYTES_MAX);
    else throw new SuanpanError('E_ARGS', '/type', 'no event');
    const op = opOf(k, a, { u });
    prices.forgetSeen();
    if (tabs.isLead) {
      conflicts = conflicts.filter(({ line }) => line !== a.line);
      // Pages are told before the record is sealed, which takes a slow phone milliseconds.
      changed('cart');
      const kept = session.enterOp(op);
      try {
        await kept;
      } catch (error) {
        changed('quota');
        throw error;
      }
      tabs.publish();
      link.soon();
      return op.u;
    }
    const handed = { ...op, isKept: false, isSent: false };
    waiting = [...waiting.filter((one) => one.u !== op.u), handed];
    changed('cart');
    try {
      await tabs.ask('enter', op);
    } catch (error) {
      changed('quota');
      throw error;
    } finally {
      waiting = waiting.filter(({ u }) => u !== op.u);
    }
    return op.u;
  }

  session = await openMember(Boolean(host.joinTabs));
  await openFirst(books, host);
  await books.heed(session.data.named);
  const tabs = (host.joinTabs || joinNobody)(tenant, { clock, name: uid(), perform, stateOf,
    async onLead() {
      session = await openMember(false);
      changed('lead');
      link.soon();
    },
    onState({ data, device, link: theirs, hints: known, digest }) {
      hints.learn(known);
      session = { ...session, device, data: dataOf(data) };
      Object.assign(link.state, theirs);
      waiting = waiting.filter((op) => !isKnown(session.data, op));
      changed('state');
      if (digest && (books.current === null || books.current.digest !== digest)) {
        books.open().then(() => changed('book'));
      } else {
        books.heed(session.data.named).then((stripped) => stripped && changed('book'));
      }
    } });
  await tabs.ready;
  if (tabs.isLead) link.plan(0);

  return Object.freeze({
    ...tokenCalls({ act, enter, cart: () => state().cart, host, kv: shopKv, url, now: nowS }),
    dispatch: (event) => enter(event),
    subscribe: news.subscribe,
    live: hints.live,
    /** Fulfilment, address, store, payer and other details of the order being made; kept. */
    async setOrder(more) {
      const said = detailsFrom(more);
      if (!tabs.isLead) saidOfOrder = [...saidOfOrder, said];
      const kept = act('setOrder', said);
      changed('order');
      try {
        await kept;
      } finally {
        saidOfOrder = saidOfOrder.filter((one) => one !== said);
        changed('order');
      }
    },
    claim: (rule) => enter({ type: 'coupon.claim', rule }),
    cancelOrder: (order) => enter({ type: 'order.cancel', order }),
    dismiss: (u) => act('keep', { dismiss: u }),
    enrol: (how) => act('enrol', how),
    leave: () => act('leave'),
    sync: () => act('sync'),
    /** Submits what the shopper was shown; see js/shop/order.js for what comes back. */
    async submit(options = {}) {
      const { contact, shown = books.current && quotedNow().receipt } =
        optionsFrom(options, { object: 'shown?' });
      return act('submit', { contact, shown, known: hints.last });
    },
    dropIntent: () => act('keep', { intent: null }),
    /** The host's word on the network. */
    reach: (isOnline) => tabs.isLead && link.reach(isOnline),
    seenConflicts() {
      conflicts = [];
      changed('conflict');
    },
    stop: link.stop,
    get state() {
      return state();
    },
    get request() {
      return prices.request();
    },
    get receipt() {
      return prices.receipt();
    },
    get quickReceipt() {
      return prices.quickReceipt();
    },
    get status() {
      return status();
    },
    get order() {
      return dataNow().order;
    },
    get rejected() {
      return session.data.tray;
    },
    get conflicts() {
      return conflicts;
    },
    get hints() {
      return hints.last.value;
    },
    get intent() {
      return intentView(dataNow(), link.state, now());
    },
    get book() {
      return books.current && books.current.parts;
    },
    /** The bytes of a part that is not loaded with the book (`model`), or null; may ask the net. */
    laterPart: async (name) => (books.current ? books.laterPart(name) : null),
    now: nowS,
  });
}
