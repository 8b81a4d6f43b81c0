// Who prices and who remembers: the engine in this page with the member's cart behind it, or, where
// no engine runs, a cart of this page alone that the server prices.
//
// Both look the same to the page: { state, order, request, receipt, status, … } as createShop has
// them (README of the package).
import { createEngine, createHost, createShop, emptyCart, lineKey, quoteRequest, reduceCart }
  from 'suanpan';

const NAME_KEY = 'suanpan.demo.name';

async function fetchOk(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw Object.assign(new Error(answer.message || `${path}: HTTP ${response.status}`), answer);
  }
  return response;
}

export const fetchJson = (path, options) =>
  fetchOk(path, options).then((response) => response.json());

export const post = (path, body, headers = {}) => fetchJson(path, { method: 'POST',
  headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

// Everybody who comes is a member of the demo; `?member=` opens the same cart on another device.
function memberName() {
  const given = new URLSearchParams(location.search).get('member');
  if (given) return given;
  try {
    const name = localStorage.getItem(NAME_KEY) || crypto.randomUUID().slice(0, 8);
    localStorage.setItem(NAME_KEY, name);
    return name;
  } catch {
    return crypto.randomUUID().slice(0, 8);
  }
}

const loginCode = () => `demo:${memberName()}`;

// The wire, with what the developer panel breaks of it.
export const wire = { isCut: false, isChaotic: false, heard: 0 };

function brokenHttp(http) {
  const held = [];
  return {
    async request(asked) {
      if (wire.isCut) throw Object.assign(new Error('cut'), { code: 'E_NETWORK' });
      const isSync = asked.url.endsWith('/v1/sync');
      if (!wire.isChaotic || !isSync) return http.request(asked);
      // 乱序重放: what was sent before arrives again, late and twice, around what is sent now.
      held.push(asked);
      const old = held[Math.floor(held.length / 2)];
      await http.request(old).catch(() => {});
      const answer = await http.request(asked);
      await http.request(old).catch(() => {});
      wire.heard += 2;
      return answer;
    },
  };
}

async function openMember(config) {
  // Bytes of the root as base64url.
  const root = Uint8Array.from(atob(config.root.replace(/-/g, '+').replace(/_/g, '/')),
    (char) => char.charCodeAt(0));
  const host = createHost();
  const engine = await createEngine({ shop: config.shop, root, wasm: './suanpan.wasm',
    fallback: () => import('suanpan/twin') });
  const shop = await createShop({ engine, shop: config.shop, root, url: '.', app: 'h5',
    host: { ...host, http: brokenHttp(host.http),
      prefetched: () => fetchOk('./book.spb').then((response) => response.arrayBuffer())
        .then((buffer) => new Uint8Array(buffer)) },
    login: async () => loginCode() });
  return { shop, engine, build: engine.mode.build, quote: (request) => engine.quote(request),
    miniprogram: config.miniprogram };
}

// ---- without an engine ----

const CART_KEY = 'suanpan.demo.cart';

function loadCart() {
  try {
    const { cart, order } = JSON.parse(localStorage.getItem(CART_KEY));
    return { cart, order };
  } catch {
    return { cart: emptyCart, order: {} };
  }
}

/** A cart of this page alone: reduced as everywhere, priced by POST /v1/quote. */
async function openServer(seed) {
  const listeners = new Set();
  const [{ member, coupons }, book] = await Promise.all([seed(),
    fetchJson('./seed/tea.book.json')]);
  const { points, ...who } = member;
  let { cart, order } = loadCart();
  let token = null;
  const state = () => ({ ver: 0, cart, member: who, coupons, points: { points }, orders: [] });
  const now = () => Math.floor(Date.now() / 1000);
  const changed = (kind) => {
    try {
      localStorage.setItem(CART_KEY, JSON.stringify({ cart, order }));
    } catch {
      // The cart lives as long as the page does.
    }
    Promise.resolve().then(() => listeners.forEach((listener) => listener([{ kind }])));
  };
  async function quote(request) {
    token = token || (await post('./v1/session', { code: loginCode(), app: 'h5' })).token;
    return post('./v1/quote', { request }, { authorization: `Bearer ${token}` });
  }
  const status = { member: who.id, isOnline: true, isSyncing: false, isFresh: true, pending: 0,
    needsEnrolment: false, isRevoked: false, error: null, serverTime: 0, book: null };
  const shop = {
    book, status, conflicts: [], rejected: [], intent: null, hints: null, receipt: null, now,
    async dispatch({ type, ...a }) {
      if (a.sku !== undefined) Object.assign(a, { line: lineKey(a.sku, a.options) });
      cart = reduceCart(cart, { k: type, a });
      changed('cart');
    },
    async setOrder(more) {
      order = { ...order, ...more };
      changed('order');
    },
    subscribe: (listener) => listeners.add(listener),
    submit: async () => ({ state: 'refused', code: 'E_SERVER' }),
    sync: async () => {},
    reach() {},
    get state() { return state(); },
    get order() { return order; },
    get request() { return quoteRequest(state(), { at: { ...order, now: now() } }); },
  };
  return { shop, engine: null, build: 'server', quote };
}

/** { shop, engine, build, quote(request) }. seed(): the shopper of demo/seed, for the page alone. */
export async function openClient(seed) {
  const config = await fetchJson('./shop.json').catch(() => null);
  try {
    if (config === null) {
      const kept = JSON.parse(localStorage.getItem('suanpan.demo.config'));
      return await openMember(kept);
    }
    localStorage.setItem('suanpan.demo.config', JSON.stringify(config));
    return await openMember(config);
  } catch (error) {
    console.warn(`${error.code || error.name} ${error.path || ''} ${error.message}`);
    return openServer(seed);
  }
}
