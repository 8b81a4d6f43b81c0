// The client of a page in which no engine runs, fetched only then.
import { emptyCart, lineKey, quoteRequest, reduceCart } from 'suanpan';
import { fetchJson, loginCode, post } from './ask.js';

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
export async function openServer(seed) {
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
