// A world for phones: a clock that only moves when it is told to, random numbers of a seed, storage
// that outlives a phone's program, and a network that loses, doubles, delays and cuts.
import { createHash } from 'node:crypto';
import { SuanpanError } from 'suanpan/node';
import { magics, readSignedFile } from '../../js/sync/messages.js';
import { joinTabs } from '../../js/host/tabs.js';
import { createShop } from '../../js/shop/shop.js';
import { modelServer } from './model_server.js';
import { nodeSync } from './primitives.js';

/** Numbers in [0, 1), the same for the same seed. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Promises first: everything that can happen without the clock has happened.
const settle = async () => {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => { setImmediate(resolve); });
};

export function worldClock(start = 1_795_000_000_000) {
  let now = start;
  let timers = [];
  return {
    now: () => now,
    settle,
    after(ms, work) {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return () => { timers = timers.filter((one) => one !== timer); };
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.work();
        await settle();
      }
      now = end;
    },
  };
}

/**
 * Storage of one phone: `faults.full` refuses writes, `faults.tear` cuts the next one,
 * `faults.tearsDying` the one in which the phone dies.
 */
export function phoneStorage() {
  const values = new Map();
  const faults = { full: false, tear: false, tearsDying: false, writes: 0, dieAfter: Infinity };
  const kvFor = (namespace) => {
    const prefix = JSON.stringify(namespace);
    return {
      get: async (key) => (values.has(prefix + key) ? values.get(prefix + key) : null),
      async set(key, text) {
        faults.writes += 1;
        if (faults.full) throw new SuanpanError('E_QUOTA');
        // A phone that has died writes nothing more, and hears nothing of it.
        if (faults.writes > faults.dieAfter) {
          const isLast = faults.writes === faults.dieAfter + 1;
          const half = text.slice(0, text.length >> 1);
          if (isLast && faults.tearsDying) values.set(prefix + key, half);
          return new Promise(() => {});
        }
        values.set(prefix + key, faults.tear ? text.slice(0, text.length >> 1) : text);
        return undefined;
      },
      remove: async (key) => { if (faults.writes <= faults.dieAfter) values.delete(prefix + key); },
      keys: async (start = '') => [...values.keys()].filter((key) => key.startsWith(prefix + start))
        .map((key) => key.slice(prefix.length)).sort(),
    };
  };
  return {
    kvFor, faults, values,
    copy: () => new Map(values),
    put(saved) {
      values.clear();
      saved.forEach((value, key) => values.set(key, value));
    },
  };
}

/**
 * The network between one phone and the server. chance: { drop, dropReply, duplicate, delay, cut }
 * each from 0 to 1; `lose(asked)` says 'request' or 'reply'; `isDown` cuts the cable; `waitMs` is
 * how long each answer takes; `log` has every request and reply.
 */
export function network({ server, clock, random }) {
  const net = { chance: {}, isDown: false, waitMs: 0, log: [], alter: null, lose: () => null };
  const happens = (what) => random() < (net.chance[what] || 0);
  const wait = (ms) => new Promise((resolve) => { clock.after(ms, resolve); });

  net.request = async (asked) => {
    if (happens('delay')) await wait(random() * 5000);
    if (net.waitMs > 0) await wait(net.waitMs);
    const lost = net.lose(asked);
    if (net.isDown || lost === 'request' || happens('drop')) throw new SuanpanError('E_NETWORK');
    const answer = server.handle(asked);
    if (happens('duplicate')) server.handle(asked);
    net.log.push({ asked, answer });
    if (happens('delay')) await wait(random() * 5000);
    if (net.isDown || lost === 'reply' || happens('dropReply')) throw new SuanpanError('E_TIMEOUT');
    if (happens('cut')) return { ...answer, body: answer.body.slice(0, answer.body.length >> 1) };
    return net.alter ? net.alter(asked, answer) : answer;
  };
  return net;
}

/** An engine that prices by a list of prices and counts how often it is asked. */
export function priceEngine() {
  let prices = null;
  const engine = {
    sync: nodeSync, quotes: 0, loads: [],
    async load(book) {
      const parts = ArrayBuffer.isView(book) ? readSignedFile(magics.book, book).parts : null;
      ({ prices } = parts ? JSON.parse(Buffer.from(parts[0][1]).toString('utf8')) : book.catalog);
      engine.loads.push(prices);
      return {};
    },
    quote(request) {
      engine.quotes += 1;
      const payable = request.lines.filter(({ selected }) => selected !== false)
        .reduce((sum, { sku, qty }) => sum + (prices[sku] || 0) * qty, 0);
      const hash = createHash('sha256').update(JSON.stringify([request, payable])).digest('hex');
      return { ...(request.hash === false ? {} : { hash }), totals: { payable },
        points: { used: 0 }, decision: { rules: [], lines: [], coupons: [] },
        submit: { ok: request.lines.length > 0 } };
    },
  };
  return engine;
}

/** One phone (or one tab): `start()` runs its program, `stop()` ends it, its storage stays. */
export function phone({ world, storage = phoneStorage(), member = 'ann', tabs, skewMs = 0 }) {
  const { server, clock, random } = world;
  const net = network({ server, clock, random });
  const own = { net, storage, engine: null, shop: null, skewMs, news: [] };
  const ownClock = { now: () => clock.now() + own.skewMs, after: clock.after };
  let logins = 0;
  own.start = async (more = {}) => {
    own.engine = priceEngine();
    const bytes = async (n) => Uint8Array.from({ length: n }, () => Math.floor(random() * 256));
    const opening = createShop({ engine: own.engine, url: 'https://shop', shop: server.shop,
      root: server.root, clock: ownClock, pollMs: 60000,
      host: { kvFor: storage.kvFor, http: { request: net.request }, random: { bytes },
        ...(tabs ? { joinTabs: (name, tab) => joinTabs(tabs(name), tab) } : {}) },
      login: async () => `login-${own.member || member}-${logins++}-${random()}`, ...more });
    // A tab waits a moment to learn its part.
    if (tabs) await clock.pass(600);
    own.shop = await opening;
    own.shop.subscribe((news) => own.news.push(...news));
    return own.shop;
  };
  own.stop = () => own.shop.stop();
  /**
   * The program dies between two writes: what it had not written is gone. during: what it was
   * doing, whose first write is cut in the middle.
   */
  own.crash = async (during = null) => {
    Object.assign(storage.faults, { dieAfter: storage.faults.writes, tearsDying: during !== null });
    if (during) during();
    own.stop();
    await clock.settle();
    Object.assign(storage.faults, { dieAfter: Infinity, tearsDying: false });
  };
  return own;
}

export function world(seed = 1) {
  const clock = worldClock();
  const random = randomOf(seed);
  const server = modelServer({ clock });
  server.use(server.publish({ tea: 1000, milk: 1500, cake: 2000 }));
  const made = { clock, random, server };
  made.phone = (more) => phone({ world: made, ...more });
  return made;
}

export const quantities = ({ lines }) =>
  Object.fromEntries(lines.map(({ line, qty }) => [line, qty]).sort());
