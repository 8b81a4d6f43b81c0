// The member's shop on this phone, one for all pages: engine, signed book, cart, wallet, orders.
//
// Pages listen by the package's Behavior (shop_page.js) and read; a tap is an event of the client.
// No amount is computed here, and no cart is kept: createShop does.
const suanpan = require('./suanpan.js');
const shared = require('../seed/shared.js');
const { profile, addresses } = require('../seed/tea.member.js');
const { openConfig, nameOf } = require('./who.js');
const { wire, over } = require('./wire.js');

const SLOW_START_MS = 300;
// A first visit waits so long for its member before it shows prices for everybody.
const WELCOME_MS = 3000;

// Without WXWebAssembly the same engine runs as JavaScript: slower, with the same answers. A shop
// that does not want its 490 KB leaves the file and this line out.
const fallback = () => require('../suanpan/suanpan.wasm2js.js');

const listeners = new Set();

const client = {
  // 'loading', 'slow', 'ready'; 'unavailable': no engine runs; 'unreachable': no shop, no book.
  phase: 'loading',
  shop: null,
  engine: null,
  // What a page reads of the book in force: { book, names, text, cards, skus }.
  here: null,
  // What the phone knows of the member's orders; null before the model is there.
  memory: null,
  // The order that was taken last, for the page that says so.
  order: null,
  // The category that the menu shows next, '' for the one it shows.
  wanted: '',
  canOrder: true,
  profile,
  addresses,
  wire,

  // What the package's Behavior listens to.
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function tell() {
  listeners.forEach((listener) => listener());
}

function enter(phase) {
  client.phase = phase;
  tell();
}

client.say = (title) => wx.showToast({ title, icon: 'none', duration: 2600 });
client.tell = tell;

// ---- prices ----

// What pages ask besides is never ordered.
client.quote = (request) => client.engine.quote(Object.assign({}, request, { hash: false }));
client.cart = () => shared.cartOf(client.shop);

let priced = null;
// Whether the shopper did something since: then another price is no news.
let isByShopper = false;

// Prices anew what needs it, and tells of what he did not do; whether there is another receipt.
function renew(words) {
  const { receipt } = client.shop;
  if (receipt === null || (priced !== null && priced.receipt === receipt)) return false;
  const { request } = client.shop;
  const before = isByShopper || priced === null ? null : priced.receipt;
  priced = shared.priceCart(client.quote, { request, receipt }, Date.now);
  isByShopper = false;
  if (before !== null) changedByItself(before, receipt, words);
  return true;
}

/** { request, receipt, best, most }, or null while the engine starts anew. */
client.priced = () => {
  renew();
  return client.shop.receipt === null ? null : priced;
};

let shelf = { key: '', priceOf: null };

/**
 * { key, priceOf(sku) → { unit, list, rule }, {} for what is not on sale }: prices depend on book,
 * member and minute alone, and are asked for when they are shown.
 */
client.shelf = () => {
  const { shop, here } = client;
  const { member } = shop.request;
  const { version, isRecalled } = here.book;
  const key = JSON.stringify([Math.floor(shop.now() / 60), version, isRecalled, member]);
  if (key === shelf.key) return shelf;
  const known = {};
  const priceOf = ({ id, on_sale: isOnSale }) => {
    if (isOnSale === false) return {};
    known[id] = known[id] || shared.shelfPrice(client.quote, member, id, [], shop.now());
    return known[id];
  };
  shelf = { key, priceOf };
  return shelf;
};

// ---- what a tap does ----

/** What can't be kept is taken back by the client; the shopper hears why. */
client.dispatch = (event) => {
  if (event === null) return;
  isByShopper = true;
  client.shop.dispatch(event)
    .catch(({ code }) => client.say(suanpan.refusalText(code, event.type)));
};

// The details of an order that the engine and the server are told.
function place(fulfilment, index) {
  const { region, text } = addresses[index];
  return { fulfilment, place: index, address: { region, text } };
}

client.setPlace = (fulfilment, index) => {
  isByShopper = true;
  client.shop.setOrder(place(fulfilment, index))
    .catch(({ code }) => client.say(suanpan.refusalText(code)));
  // Coupons that were picked by hand for a rider may not be for the counter.
  if (client.cart().coupons !== null) client.dispatch(shared.chooseCoupons(null));
};

// ---- the order ----

let sent = null;

// What was bought is learnt when the shop has taken the order, here and nowhere else.
function learn({ id, payable }) {
  if (client.memory && sent) client.memory.learn(Object.assign({}, sent, { id, payable }));
  sent = null;
}

function accepted(order, shown, isPickup) {
  learn(order);
  client.order = {
    number: String(100 + Number('0x' + order.id.slice(0, 6)) % 900),
    total: suanpan.yuan(order.payable),
    verified: order.payable === shown.totals.payable ? '商家已核价，金额一致'
      : '商家已核价，按更低的价格结算',
    hash: shown.hash.slice(0, 16),
    isPickup,
  };
  wx.redirectTo({ url: '/pages/done/done' });
}

/** How many there are still: hints that warn, never a price. */
client.askStock = () => client.shop.live(client.cart().lines.map(({ sku }) => sku)).catch(() => {});

// What is used up is asked for, so that the next price leaves it out.
async function refused(code) {
  await client.askStock();
  client.say(suanpan.refusalText(code));
}

/**
 * Submits what is shown. Never silent: where the price is another one now, `askAgain` gets both
 * receipts, and sending it takes another tap.
 */
client.submit = async (askAgain) => {
  const { shop } = client;
  const { receipt, request } = client.priced();
  const { fulfilment, address } = client.cart();
  const isPickup = fulfilment === 'pickup';
  const { text, contact, phone } = addresses[address];
  sent = { time: request.now, lines: receipt.lines.filter(({ state }) => state === 'priced') };
  const answer = await shop.submit({ shown: receipt,
    contact: isPickup ? { name: profile.name, phone: profile.phone }
      : { name: contact, phone, address: text } });
  if (answer.state === 'accepted') accepted(answer.order, receipt, isPickup);
  else if (answer.state === 'kept') client.say('已保存，联网后提交');
  else if (answer.state === 'changed') askAgain(answer.before, answer.after);
  else await refused(answer.code);
};

// ---- what the client tells ----

const isGone = (reason) => reason === 'EXPIRED' || reason === 'CLOSED';

// The text for a coupon that was picked and has run out while the shop was open.
function expiredText(before, after) {
  const gone = before.coupons.find(({ id, state }) => state === 'picked'
    && after.coupons.some((coupon) => coupon.id === id && isGone(coupon.reason)));
  if (!gone) return '';
  const more = after.totals.payable - before.totals.payable;
  if (client.cart().coupons !== null) client.dispatch(shared.chooseCoupons(null));
  return '「' + client.here.names.rules[gone.rule].title + '」已过期，已为您换用最优组合'
    + (more > 0 ? '，多付¥' + suanpan.yuan(more) : '');
}

function goneText(before, after) {
  const wasPriced = (id) => before.lines.some((line) => line.id === id && line.state === 'priced');
  const gone = after.lines.find(({ id, state }) => state === 'off_shelf' && wasPriced(id));
  return gone ? '「' + client.here.text.skus[gone.sku].name + '」已售罄，已移到失效商品' : '';
}

// What changes while prices are looked at and was no tap: a window that closes, a coupon that runs
// out, another book. The page on top may want to ask, as the one on the way to pay does; elsewhere
// it is said, in `words` where nothing says more.
function changedByItself(before, after, words) {
  if (before.lines.length === 0 || after.lines.length === 0) return;
  const text = expiredText(before, after) || goneText(before, after);
  if (text) client.say(text);
  if (before.totals.payable === after.totals.payable) return;
  const [page] = getCurrentPages().slice(-1);
  if (page && page.onPriceChange) page.onPriceChange(before, after);
  else if (!text && words) client.say(words);
}

function bookChanged() {
  client.here = shared.shelfBook(client.shop.book, suanpan.namesOf(client.shop.book));
  renew('商家更新了价格，购物车已按新价格计算');
}

/** What has changed by itself is on the page on top, and said, when this returns. */
client.tick = () => {
  if (client.phase === 'ready' && renew()) tell();
};

function onNews(news) {
  const has = (kind) => news.some((one) => one.kind === kind);
  if (!client.shop.book) return;
  if (client.here === null || client.here.book !== client.shop.book) bookChanged();
  const ordered = news.find(({ kind }) => kind === 'ordered');
  if (ordered && ordered.c === 'ok') {
    learn({ id: ordered.order, payable: ordered.payable });
    client.say('订单已提交');
  }
  if (has('member') && client.memory) client.memory.enter();
  if (has('quota')) client.say(suanpan.refusalText('E_QUOTA'));
  if (client.phase === 'ready') tell();
}

// ---- opening ----

// Names of operations have to differ, not to be secret. Keys have to be secret: where WeChat gives
// no random numbers nobody enrols, and the cart stays a visitor's.
const plainRandom = {
  bytes: async (length) => Uint8Array.from({ length }, () => Math.floor(Math.random() * 256)),
};
const hasRandom = () => typeof wx.getRandomValues === 'function'
  || typeof wx.getUserCryptoManager === 'function';

async function openShop(name) {
  priced = null;
  const own = suanpan.createHost();
  const http = over(own.http);
  client.canOrder = hasRandom();
  const host = Object.assign({}, own, { http, random: client.canOrder ? own.random : plainRandom });
  const { url, shop, root } = await openConfig(http);
  host.prefetched = () => http.request({ method: 'GET', url: url + '/book.spb',
    responseType: 'bytes' }).then(({ status, body }) => (status === 200 ? body : null));
  client.url = url;
  client.http = http;
  client.engine = await suanpan.createEngine({ shop, root, fallback }).catch((error) => {
    throw Object.assign(error, { phase: 'unavailable' });
  });
  client.shop = await suanpan.createShop({ engine: client.engine, host, shop, root, url,
    app: 'miniprogram', login: async () => 'demo:' + await nameOf(name, host.random) });
}

async function welcome() {
  const { shop } = client;
  if (client.canOrder && shop.status.member === null) {
    // A word that was under way when it enrolled was still a visitor's.
    const enrolled = shop.enrol().then(() => shop.sync())
      .then(() => (shop.state.member.id ? null : shop.sync()));
    await Promise.race([enrolled, new Promise((resolve) => { setTimeout(resolve, WELCOME_MS); })])
      .catch(({ code }) => console.warn('not enrolled: ' + code));
  }
  if (!shop.book) await shop.sync();
  client.here = shared.shelfBook(shop.book, suanpan.namesOf(shop.book));
  if (!shop.order.fulfilment) await shop.setOrder(place('pickup', 0));
}

// ---- what comes from elsewhere ----

/** The goods of a page's code (口令) into this cart, once. */
client.takeOver = async (code) => {
  try {
    const lines = await client.shop.takeOver(code);
    const pieces = lines.reduce((sum, { qty }) => sum + qty, 0);
    client.say('已取回网页购物车，共' + pieces + '件');
  } catch (error) {
    client.say(error.code === 'E_NOT_FOUND' ? '口令不存在或已过期' : suanpan.refusalText(error.code));
  }
};

/** Whoever came by a link is counted for its sharer, once. */
client.cameBy = async (share) => {
  const { shop } = client;
  await shop.openShare(share);
  await shop.sync().catch(({ code }) => console.warn('not told: ' + code));
  // One's own link, or one that has run out, is no mistake of the shopper's.
  shop.rejected.filter(({ k }) => k === 'share.open').forEach(({ u }) => shop.dismiss(u));
};

const MODEL_KEY = 'suanpan.demo.model';

const isLost = ({ code }) => code === 'E_NETWORK' || code === 'E_TIMEOUT';

// Some kilobytes of the signed book: kept, so that the shelf is there without a network.
async function loadModel() {
  try {
    const model = await client.shop.laterPart('model');
    if (model !== null) wx.setStorageSync(MODEL_KEY, wx.arrayBufferToBase64(model.slice().buffer));
    return model;
  } catch (error) {
    if (!isLost(error)) throw error;
    const kept = wx.getStorageSync(MODEL_KEY);
    return kept ? new Uint8Array(wx.base64ToArrayBuffer(kept)) : null;
  }
}

// A shop without a model is a shop all the same.
async function openMemory() {
  const model = await loadModel();
  if (model === null) return;
  client.engine.loadModel(model);
  client.memory = shared.memoryOf(client, {
    read: (key) => wx.getStorageSync(key) || null,
    keep: (key, text) => (text === null ? wx.removeStorageSync(key)
      : wx.setStorageSync(key, text)),
  });
  tell();
}

let isListening = false;
function listenToNetwork() {
  if (isListening) return;
  isListening = true;
  wx.onNetworkStatusChange(({ isConnected }) => {
    if (client.shop && !wire.isCut) client.shop.reach(isConnected);
  });
}

/** Opens the shop, and again after `unreachable`. `name`: the member to be. */
client.open = async (name) => {
  enter('loading');
  setTimeout(() => client.phase === 'loading' && enter('slow'), SLOW_START_MS);
  try {
    await openShop(name);
    client.shop.subscribe(onNews);
    await welcome();
    listenToNetwork();
    enter('ready');
  } catch (error) {
    console.warn(String(error && error.message));
    if (client.shop) client.shop.stop();
    enter(error.phase || 'unreachable');
    return;
  }
  openMemory().catch((error) => console.warn('no recommendation: ' + error.message));
};

client.cut = (isCut) => {
  wire.isCut = isCut;
  client.shop.reach(!isCut);
};

module.exports = client;
