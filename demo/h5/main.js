// The page: state, acts, and one way round. A tap is an event of the client or changes what is open;
// the engine is asked; everything on the screen is written from the answer. No amount is computed
// here, and no cart is kept: the client does (client.js).
import './style.css';
import './price_text.js';
import { barView, refusalText, shopView, yuan } from 'suanpan/view';
import { html, morph } from './html.js';
import { add, cartOf, chooseCoupons, choosePoints, mostOf, remove, select, step, takeOne }
  from '../shared/cart.js';
import { openClient, wire } from './client.js';
import { priceCart, priceCartLater, shelfPrice, togglePin, topUps, withoutCoupons }
  from '../shared/pricing.js';
import { optionGroupsOf, pickOption, shelfOfSku, shelvesOf } from '../shared/book.js';
import { loadSeed, shopOf } from './shop.js';
import { spokenTotal } from './parts.js';
import { shelfPage } from './shelf_page.js';
import { noticeBar } from './notice_bar.js';

const root = document.getElementById('phone');
const ROUTES = ['cart', 'confirm', 'done', 'orders', 'landing'];
// The code of the link that somebody shared, if one led here.
const SHARE = new URLSearchParams(location.search).get('share');
// A first visit waits so long for its member before it shows prices for everybody.
const WELCOME_MS = 3000;

// What lies over the shelf (over.js), once it is there; a tap waits for it.
let over = null;

let seed;
let client;
let shop;
// Undefined while it is on its way, null where there is none (recommend.js).
let recommend;
// The order that is being sent, for the member's own history.
let sent = null;
let endTopUps = () => {};
let cart;
let priced = null;
let shelf = new Map();
let shelfKey = '';
// What was asked of the server, and whether an answer is on its way.
let asked = 0;
let isAsking = false;
const ui = {
  route: '', cameFrom: '', category: '', sheet: null, draft: null, topups: [], toast: '',
  isUnfolded: false,
  order: null, isPending: false, isSubmitting: false, leaving: [],
};

const isLocal = () => client.build !== 'server';

// ---- asking the engine ----

// Unit prices depend on the book, the member and the minute: between them the shelf can't change.
function repriceShelf() {
  const { member } = client.shop.request;
  const minute = Math.floor(shop.now() / 60);
  const { version, isRecalled } = shop.book;
  const key = JSON.stringify([minute, version, isRecalled, member]);
  if (key === shelfKey) return;
  shelfKey = key;
  const onSale = shop.skus.filter((sku) => sku.on_sale !== false);
  shelf = new Map(isLocal()
    ? onSale.map(({ id }) => [id, shelfPrice(client.quote, member, id, [], shop.now())])
    : onSale.map(({ id, price }) => [id, { unit: price, list: price, rule: null }]));
}

function tellTests() {
  const shown = { build: client.build, client, wire };
  window.__suanpan = Object.defineProperties(shown, Object.getOwnPropertyDescriptors(priced));
}

function reprice() {
  cart = cartOf(client.shop);
  repriceShelf();
  if (isLocal()) {
    priced = priceCart(client.quote, client.shop, () => performance.now());
    tellTests();
    return;
  }
  asked += 1;
  ui.isPending = true;
  if (!isAsking) askServer().catch(() => say('暂时无法计价，请检查网络后重试'));
}

// The server prices one cart of a member at a time: what is tapped meanwhile is asked behind it.
async function askServer() {
  isAsking = true;
  try {
    for (let order = 0; order !== asked;) {
      order = asked;
      priced = await priceCartLater(client.quote, client.shop);
    }
  } finally {
    isAsking = false;
  }
  ui.isPending = false;
  tellTests();
  paint();
}

// What can't be kept is taken back by the client; the shopper hears why.
function dispatch(event) {
  if (event === null) return;
  client.shop.dispatch(event).catch(({ code }) => say(refusalText(code, event.type)));
  reprice();
}

function setOrder(order) {
  client.shop.setOrder(order).catch(({ code }) => say(refusalText(code)));
  if (cart.coupons !== null) dispatch(chooseCoupons(null));
  else reprice();
}

// ---- painting ----

function engineNote() {
  if (!isLocal()) return '由服务器计价';
  const { receipt: { search, hash }, tookUs } = priced;
  const build = client.build === 'wasm' ? '本机计价' : '本机计价（兼容模式）';
  const best = search.exact ? '已证明是最优组合' : `与最优相差不超过¥${yuan(search.gap || 0)}`;
  return `${build} ${(tookUs / 1000).toFixed(2)} ms · ${best} · 回执 ${hash.slice(0, 8)}`;
}

// What matters most now: the state of the shop, then how prices come about.
function notice(said) {
  if (said.notice.kind) return said.notice;
  const text = { wasm2js: '当前浏览器版本较低，已切换为兼容模式',
    server: '当前浏览器无法本机计价，由服务器计价' }[client.build] || '';
  return { kind: text ? 'engine' : '', text };
}

function appOf() {
  const { request, receipt } = priced;
  // Points are on the way to pay; elsewhere nobody asks what all of them would do.
  const { most } = ui.route === 'confirm' ? priced : {};
  // Total and button are there before the texts of rules.
  const texts = over ? { detail: over.detailView(receipt, shop.names),
    view: over.receiptView(receipt, shop.names, { request, most }) }
    : { detail: { rows: [] }, view: { ...barView(receipt, request), promotions: [] } };
  const cut = texts.detail.rows.find(({ label }) => label === '会员优惠');
  const said = shopView(client.shop, shop.names);
  return {
    shop, client, cart, priced, shelf, ui, said, wire, recommend, paint, ...texts,
    notice: notice(said),
    shelves: shelvesOf(shop),
    cut: cut ? cut.value.replace('-¥', '') : '',
    isPending: ui.isPending,
    isLocal: isLocal(),
    engineNote: engineNote(),
  };
}

function paint() {
  if (!priced) return;
  const app = appOf();
  const pages = over && { cart: over.cartPage, confirm: over.confirmPage, done: over.donePage,
    orders: over.ordersPage, landing: over.landingPage };
  const page = over && pages[ui.route];
  morph(root, html`
    <div class="notices">${noticeBar(app)}</div>
    <div class="pages" ${ui.sheet ? html`inert` : ''}>${shelfPage(app)}${page && page(app)}</div>
    ${spokenTotal(app)}
    <div class="sheets ${ui.sheet ? 'open' : ''}">${over && over.sheetOf(app)}</div>
    ${ui.toast && html`<p class="toast" role="status">${ui.toast}</p>`}`);
}

let toastTimer;
function say(text) {
  ui.toast = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => say(''), text ? 2600 : 0);
  if (!text) clearTimeout(toastTimer);
  paint();
}

// ---- routes and sheets ----

let opener = null;

function openSheet(sheet, draft = null) {
  if (!ui.sheet) opener = document.activeElement;
  ui.sheet = sheet;
  ui.draft = draft;
  paint();
  root.querySelector('.sheet').focus({ preventScroll: true });
}

function closeSheet() {
  endTopUps();
  ui.sheet = null;
  ui.draft = null;
  paint();
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
}

const go = (route) => { location.hash = route ? `#/${route}` : '#/'; };

function onRoute() {
  const wanted = location.hash.replace(/^#\//, '');
  const known = ROUTES.includes(wanted) ? wanted : '';
  // Nothing to confirm, nothing done: a stale address leads back to the shop.
  const isStale = (known === 'confirm' && priced.receipt.lines.length === 0)
    || (known === 'done' && !ui.order);
  ui.route = isStale ? '' : known;
  ui.sheet = null;
  if (ui.route === 'cart' && isLocal()) askStock();
  paint();
  const title = ui.route && root.querySelector('.over h1');
  if (title) title.focus({ preventScroll: true });
}

// ---- coupons: a draft in the sheet, taken over by 确定 ----

const pickedIds = (receipt) => receipt.coupons
  .filter(({ reason }) => reason === 'PICKED').map(({ id }) => id);

// `kept`: what no choice in the sheet changes.
async function draftCoupons(coupons, kept) {
  const { pins = {}, pick, ...rest } = priced.request;
  const isNone = coupons !== null && coupons.length === 0;
  const request = coupons === null || isNone ? rest : { ...rest, pins: { ...pins, coupons } };
  const receipt = await client.quote(isNone ? { ...request, pick: 'none' } : request);
  return { ...kept, coupons, receipt, isNone };
}

async function openCoupons() {
  const { request, best } = priced;
  const none = await client.quote(withoutCoupons(request));
  openSheet({ kind: 'coupons' },
    await draftCoupons(cart.coupons, { best, none, tab: 'usable' }));
}

// Locally the answer is there at once: no frame is painted in between.
async function redraft(coupons) {
  ui.draft = await draftCoupons(coupons, ui.draft);
  paint();
}

function pin(id) {
  const picked = pickedIds(ui.draft.receipt);
  const next = isLocal() ? togglePin(client.quote, priced.request, picked, id) : [id];
  return redraft(next);
}

// ---- options ----

function priceDraft(draft) {
  const { sku, picked } = draft;
  const shown = isLocal()
    ? shelfPrice(client.quote, priced.request.member, sku.id, picked, shop.now()) : null;
  return { ...draft, shown };
}

function updateDraft(change) {
  ui.draft = priceDraft({ ...ui.draft, ...change });
}

// ---- 凑单 ----

// What one good does is there with the tap; the best one or two of them, chosen by what is paid and
// by what the member likes, take their place slice by slice.
function findTopUps(rule) {
  endTopUps();
  ui.topups = [];
  if (!isLocal() || cart.lines.length === 0) return;
  const { request, receipt } = priced;
  const onSale = shop.skus.filter((sku) => sku.on_sale !== false);
  ui.topups = topUps(client.quote, request, receipt, rule, onSale);
  if (!recommend || ui.topups.length === 0 || !activityOf(rule).next) return;
  const candidates = ui.topups.map(({ skus: [sku] }) => sku);
  endTopUps = recommend.topUp({ shown: priced, rule, candidates }, (rows) => {
    if (rows.length === 0) return;
    ui.topups = rows;
    paint();
  });
}

// ---- the order ----

// What was bought is learnt when the shop has taken the order, here and nowhere else.
function learn({ id, payable }) {
  if (recommend && sent) recommend.learn({ ...sent, id, payable });
  sent = null;
}

function accepted(order, shown) {
  learn(order);
  ui.order = { number: String(100 + Number(`0x${order.id.slice(0, 6)}`) % 900),
    total: yuan(order.payable), isEqual: order.payable === shown.totals.payable,
    hash: shown.hash, pickup: cart.fulfilment === 'pickup' };
  go('done');
}

// Never silent: what differs is shown, and sending it takes another tap.
function askAgain(before, after) {
  openSheet({ kind: 'changed', changed: over.changesView(before, after, shop.names) });
}

async function submit() {
  if (ui.isSubmitting) return;
  const { receipt, request } = priced;
  const { addresses, profile } = shop;
  const { text, contact, phone } = addresses[cart.address];
  ui.isSubmitting = true;
  sent = { time: request.now, lines: receipt.lines.filter(({ state }) => state === 'priced') };
  try {
    const answer = await client.shop.submit({ shown: receipt,
      contact: cart.fulfilment === 'delivery' ? { name: contact, phone, address: text }
        : { name: profile.name, phone: profile.phone } });
    reprice();
    if (answer.state === 'accepted') accepted(answer.order, receipt);
    else if (answer.state === 'kept') say('已保存，联网后提交');
    else if (answer.state === 'changed') askAgain(answer.before, answer.after);
    else await refused(answer);
  } finally {
    ui.isSubmitting = false;
    paint();
  }
}

// How many there are still: hints that warn, never a price.
const askStock = () => client.shop.live(cart.lines.map(({ sku }) => sku)).catch(() => {});

// What is used up is asked for, so that the next price leaves it out.
async function refused({ code }) {
  await askStock();
  reprice();
  say(refusalText(code));
}

// ---- what the client tells ----

const pickedRules = ({ coupons }) => coupons.filter(({ state }) => state === 'picked');

// Coupons that were picked and have run out while the page was open.
function tellExpired(before, after) {
  const gone = pickedRules(before).find(({ id }) => after.coupons.some((coupon) =>
    coupon.id === id && /^(EXPIRED|CLOSED)$/.test(coupon.reason)));
  if (!gone) return false;
  const more = after.totals.payable - before.totals.payable;
  if (cart.coupons !== null) dispatch(chooseCoupons(null));
  say(`「${shop.names.rules[gone.rule].title}」已过期，已为您换用最优组合${
    more > 0 ? `，多付¥${yuan(more)}` : ''}`);
  return true;
}

function tellGone(before, after) {
  const isPriced = ({ lines }, id) => lines.some((line) => line.id === id
    && line.state === 'priced');
  const gone = after.lines.find(({ id, state }) => state === 'off_shelf' && isPriced(before, id));
  if (gone) say(`「${shop.text.skus[gone.sku].name}」已售罄，已移到失效商品`);
  return Boolean(gone);
}

// What changes while prices are looked at and was no tap: a window that closes, a coupon that runs
// out, another book. On the way to pay every other price is asked about; elsewhere it is said, in
// `words` where nothing says more.
function repriceByItself(words = '') {
  const before = priced && priced.receipt;
  reprice();
  if (!before || !isLocal()) return;
  const after = priced.receipt;
  if (before.lines.length === 0 || after.lines.length === 0) return;
  const isTold = tellExpired(before, after) || tellGone(before, after);
  if (before.totals.payable === after.totals.payable || ui.isSubmitting) return;
  if (ui.route === 'confirm' && over) askAgain(before, after);
  else if (words && !isTold) say(words);
}

function bookChanged() {
  shop = shopOf(client, seed);
  repriceByItself('商家更新了价格，购物车已按新价格计算');
}

// What was kept without a network goes out at the price that was kept, or after another look.
function confirmIntent() {
  const { intent } = shopView(client.shop, shop.names);
  if (yuan(priced.receipt.totals.payable) === intent.shown) return submit();
  say(refusalText('E_REPRICE'));
  return go('confirm');
}

function onNews(news) {
  const has = (kind) => news.some((one) => one.kind === kind);
  if (!client.shop.book) return;
  if (shop === undefined || has('book') || shop.book !== client.shop.book) bookChanged();
  else repriceByItself();
  const ordered = news.find(({ kind }) => kind === 'ordered');
  if (ordered && ordered.c === 'ok') {
    learn({ id: ordered.order, payable: ordered.payable });
    say('订单已提交');
  }
  if (has('member') && recommend) recommend.enter();
  if (has('quota')) say(refusalText('E_QUOTA'));
  paint();
}

// ---- opening ----

async function openPage() {
  [seed, client] = await Promise.all([loadSeed(), openClient(loadSeed)]);
  if (isLocal() && client.shop.status.member === null) {
    const welcome = client.shop.enrol().then(() => client.shop.sync());
    await Promise.race([welcome, new Promise((resolve) => { setTimeout(resolve, WELCOME_MS); })])
      .catch(({ code }) => console.warn(`not enrolled: ${code}`));
  }
  if (!client.shop.book) await client.shop.sync();
  shop = shopOf(client, seed);
  ui.category = ui.category || shop.text.categories[0].tag;
  if (!client.shop.order.fulfilment) await client.shop.setOrder(place('pickup', 0));
  reprice();
  client.shop.subscribe(onNews);
}

let loading = null;

function loadOver() {
  loading = loading || import('./over.js').then((loaded) => {
    over = loaded;
    Object.assign(acts, over.developerActs({ client: () => client, cart: () => cart,
      priced: () => priced, say }), over.landingActs({ client: () => client, shop: () => shop,
      openSheet, say }));
  });
  return loading;
}

// A shop without a model is a shop all the same.
async function openShelf() {
  if (isLocal()) {
    recommend = await over.openRecommend(client, paint);
  } else {
    recommend = null;
  }
  paint();
}

// The details of an order that the engine and the server are told.
function place(fulfilment, index) {
  const { region, text } = seed.addresses[index];
  return { fulfilment, place: index, address: { region, text } };
}

// ---- what a tap does ----

function saveFile(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

const goneIds = () => priced.receipt.lines
  .filter(({ state }) => state === 'off_shelf').map(({ id }) => id);
const openIds = () => priced.receipt.lines
  .filter(({ state }) => state !== 'off_shelf').map(({ id }) => id);
const activityOf = (rule) => priced.receipt.activities.find((one) => one.rule === rule);
const lineOf = (id) => cart.lines.find((line) => line.id === id);

// The stepper stops where the shop has no more.
function takeMore(line) {
  const most = mostOf(client.shop, line.sku);
  const event = step(line, 1, most);
  if (event === null) say(`最多可买${most}件`);
  dispatch(event);
}

const acts = {
  fulfilment: (id) => setOrder(place(id, cart.address)),
  category: (tag) => {
    ui.category = tag;
    const goods = root.querySelector('#goods');
    goods.scrollTop = root.querySelector(`#shelf-${tag}`).offsetTop - goods.offsetTop;
  },
  add: (sku) => dispatch(add({ sku })),
  take: (sku) => dispatch(takeOne(cart, sku)),
  more: (id) => takeMore(lineOf(id)),
  less: (id) => dispatch(step(lineOf(id), -1)),
  select: (id) => dispatch(select(cart, [id], !lineOf(id).isSelected)),
  'select-all': (arg) => dispatch(select(cart, openIds(), arg === 'on')),
  card: (sku) => dispatch(over.tapCard(cart, sku)),
  'clear-gone': () => goneIds().map(lineOf).forEach((line) => dispatch(remove(line))),

  similar: (sku) => {
    go('');
    const tag = shelfOfSku(shop, sku);
    // The shelf is painted again when the address has changed.
    addEventListener('hashchange', () => {
      acts.category(tag);
      paint();
    }, { once: true });
  },
  go: (route) => go(route),
  // The browser's own back button works too; this one never leaves the shop.
  back: () => go(ui.route === 'confirm' ? ui.cameFrom : ''),
  checkout: () => {
    ui.cameFrom = ui.route;
    go('confirm');
  },
  sheet: (kind) => (kind === 'coupons' ? openCoupons() : openSheet({ kind })),
  line: (id) => openSheet({ kind: 'line', id }),
  'close-sheet': closeSheet,

  options: (id) => {
    const sku = shop.names.skus[id];
    openSheet({ kind: 'options' }, priceDraft({ sku, picked: [], qty: 1 }));
  },
  option: (id) => updateDraft(
    { picked: pickOption(optionGroupsOf(shop, ui.draft.sku), ui.draft.picked, id) }),
  'option-base': (group) => {
    const { options } = shop.text.option_groups.find(({ id }) => id === group);
    updateDraft({ picked: ui.draft.picked.filter((id) => !options.includes(id)) });
  },
  'draft-qty': (by) => updateDraft({ qty: Math.max(1, ui.draft.qty + Number(by)) }),
  'add-draft': () => {
    const { sku, picked, qty } = ui.draft;
    dispatch(add({ sku: sku.id, options: picked, qty }));
    closeSheet();
  },

  unfold: () => { ui.isUnfolded = !ui.isUnfolded; },
  topup: (rule) => {
    const { next } = activityOf(rule);
    findTopUps(rule);
    openSheet({ kind: 'topup', rule, gte: next ? next.gte : 0 });
  },
  'topup-add': (skus) => {
    skus.split(' ').forEach((sku) => dispatch(add({ sku })));
    findTopUps(ui.sheet.rule);
  },

  'coupon-tab': (tab) => { ui.draft.tab = tab; },
  pin,
  'pin-best': () => redraft(null),
  'pin-none': () => redraft([]),
  'coupons-done': () => {
    dispatch(chooseCoupons(ui.draft.coupons));
    closeSheet();
  },
  points: (arg) => dispatch(choosePoints(arg === 'on' ? 'max' : 0)),
  address: (index) => {
    setOrder(place(cart.fulfilment, Number(index)));
    closeSheet();
  },

  submit,
  again: () => go(''),
  'cancel-order': (id) => {
    ui.leaving.push(id);
    return client.shop.cancelOrder(id).catch((error) => {
      ui.leaving = ui.leaving.filter((one) => one !== id);
      paint();
      throw error;
    });
  },
  personal: (arg) => recommend.setPersonal(arg === 'on'),
  history: () => saveFile('购买记录.json', recommend.exportText()),
  forget: () => {
    recommend.clear();
    say('购买记录已清除');
  },
  'back-to-cart': () => {
    closeSheet();
    go('cart');
  },
  'accept-change': () => {
    closeSheet();
    if (ui.route !== 'confirm') go('confirm');
  },
  'intent-confirm': confirmIntent,
  'intent-drop': () => client.shop.dropIntent(),
  dismiss: (u) => client.shop.dismiss(u),
  login: () => client.shop.enrol(),
};

function act({ act: name, arg }) {
  if (!acts[name]) return;
  const done = acts[name](arg);
  paint();
  if (done && done.catch) done.catch(({ code }) => say(refusalText(code)));
}

root.addEventListener('click', (event) => {
  const target = event.target.closest('[data-act]');
  if (!target) return;
  const asked = { ...target.dataset };
  if (over) act(asked);
  else if (client) loadOver().then(() => act(asked), () => say(refusalText('E_NETWORK')));
});

root.addEventListener('input', ({ target }) => {
  if (target.dataset.input !== 'points') return;
  const n = Number(target.value);
  dispatch(choosePoints(n >= Number(target.max) ? 'max' : n));
  paint();
});

addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && ui.sheet) closeSheet();
});

// The category follows the list; the last one whose top has passed the list's top is current.
root.addEventListener('scroll', ({ target }) => {
  if (target.id !== 'goods') return;
  const passed = [...target.querySelectorAll('section')]
    .filter((section) => section.offsetTop - target.offsetTop <= target.scrollTop + 8);
  const tag = passed.length > 0 ? passed[passed.length - 1].dataset.key : ui.category;
  const isAtEnd = target.scrollTop + target.clientHeight >= target.scrollHeight - 2;
  const now = isAtEnd ? ui.category : tag;
  if (now === ui.category) return;
  ui.category = now;
  paint();
}, true);

addEventListener('hashchange', onRoute);
addEventListener('offline', () => client && client.shop.reach(false));
addEventListener('online', () => client && client.shop.reach(true));

// Windows open and close, coupons expire: the cart is priced again every minute.
let shownMinute = 0;
function tick() {
  if (!priced || document.hidden) return;
  const minute = Math.floor(shop.now() / 60);
  if (minute !== shownMinute && !ui.sheet) {
    shownMinute = minute;
    repriceByItself();
    if (ui.route) paint();
  }
  if (!ui.route && !ui.sheet) paint();
}

async function start() {
  await openPage();
  if (SHARE && isLocal() && !location.hash) go('landing');
  onRoute();
  performance.mark('shown');
  setInterval(tick, 1000);
  await loadOver();
  paint();
  if (SHARE && isLocal()) {
    over.openLink(client, SHARE).catch(({ code }) => console.warn(`the link is not told: ${code}`));
  }
  openShelf().catch((error) => {
    console.warn(`no recommendation: ${error.message}`);
    recommend = null;
    paint();
  });
}

start();
