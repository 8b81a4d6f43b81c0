// The page: state, acts, and one way round. A tap changes the cart or what is open; the engine is
// asked; everything on the screen is written from the answer. No amount is computed here.
import './style.css';
import './price_text.js';
import { detailView, receiptView, yuan } from 'suanpan/view';
import { html, morph } from './html.js';
import { addLine, emptyCart, loadCart, removeLines, requestOf, saveCart, selectLines, setQty,
  takeOne } from './cart.js';
import { askServer, openLocal, openServer, priceCart, priceCartLater, shelfPrice, togglePin,
  topUps, withoutCoupons } from './pricing.js';
import { loadShop, optionGroupsOf, shelvesOf } from './shop.js';
import { pickOption } from './options_sheet.js';
import { spokenTotal } from './parts.js';
import { shelfPage } from './shelf_page.js';
import { cartPage } from './cart_page.js';
import { confirmPage, donePage } from './confirm_page.js';
import { sheetOf } from './sheets.js';
import { openRecommend, topUpSlowly } from './recommend.js';

const root = document.getElementById('phone');
const pages = { cart: cartPage, confirm: confirmPage, done: donePage };
const ROUTES = Object.keys(pages);

let shop;
let engine;
let recommend = null;
let endTopUp = () => {};
let cart = emptyCart;
let priced = null;
let shelf = new Map();
let shownMinute = 0;
let asked = 0;
const ui = {
  route: '', cameFrom: '', category: '', sheet: null, draft: null, topups: [], toast: '',
  isUnfolded: false,
  order: null, isPending: false, isOffline: !navigator.onLine,
};

const isLocal = () => engine.build !== 'server';
const storageKey = () => `suanpan.demo.${shop.book.shop}`;

// ---- asking the engine ----

function repriceShelf(now) {
  if (!isLocal()) {
    shelf = new Map(shop.skus.map(({ id, price }) =>
      [id, { unit: price, list: price, rule: null }]));
    return;
  }
  shelf = new Map(shop.skus.filter((sku) => sku.on_sale !== false).map(({ id }) =>
    [id, shelfPrice(engine.quote, shop.shopper.member, id, [], now)]));
}

function reprice() {
  const now = shop.now();
  const minute = Math.floor(now / 60);
  // Unit prices have windows by the minute; between two minutes the shelf can't change.
  if (minute !== shownMinute) repriceShelf(now);
  shownMinute = minute;
  if (isLocal()) {
    priced = priceCart(engine.quote, cart, shop.shopper, now);
    window.__suanpan = { ...priced, build: engine.build };
    return;
  }
  const order = ++asked;
  ui.isPending = true;
  priceCartLater(engine.quote, cart, shop.shopper, now).then((answer) => {
    if (order !== asked) return;
    priced = answer;
    ui.isPending = false;
    window.__suanpan = { ...priced, build: engine.build };
    paint();
  }, () => say('暂时无法计价，请检查网络后重试'));
}

function change(next) {
  cart = next;
  saveCart(storageKey(), cart);
  reprice();
}

// ---- painting ----

function engineNote() {
  if (engine.build === 'server') return '由服务器计价';
  const { receipt: { search, hash }, tookUs } = priced;
  const build = engine.build === 'wasm' ? '本机计价' : '本机计价（兼容模式）';
  const best = search.exact ? '已证明是最优组合' : `与最优相差不超过¥${yuan(search.gap || 0)}`;
  return `${build} ${(tookUs / 1000).toFixed(2)} ms · ${best} · 回执 ${hash.slice(0, 8)}`;
}

function notice() {
  if (ui.isOffline) {
    const [date, time] = new Date((shop.now() + shop.names.utcOffsetS) * 1000).toISOString()
      .split(/[T.]/);
    return `离线中，价格按 ${date.slice(5)} ${time.slice(0, 5)} 的规则计算，提交前会再核对`;
  }
  if (engine.build === 'wasm2js') return '当前浏览器版本较低，已切换为兼容模式';
  return engine.build === 'server' ? '当前浏览器无法本机计价，由服务器计价' : '';
}

function rewardTexts({ rewards = [] }) {
  const { names } = shop;
  return rewards.map(({ coupon, n, points }) => (coupon
    ? `下单返「${names.rules[coupon].title}」×${n}` : `下单赠 ${points} 积分`));
}

function appOf() {
  const { request, receipt, most } = priced;
  const detail = detailView(receipt, shop.names);
  const cut = detail.rows.find(({ label }) => label === '会员优惠');
  return {
    shop, cart, priced, shelf, ui, detail,
    shelves: shelvesOf(shop),
    recommend,
    recommended: recommend && !ui.route ? recommend.items(cart, shop.now()) : [],
    view: receiptView(receipt, shop.names, { request, most }),
    cut: cut ? cut.value.replace('-¥', '') : '',
    rewards: rewardTexts(receipt),
    isPending: ui.isPending,
    engineNote: engineNote(),
  };
}

function paint() {
  if (!priced) return;
  const app = appOf();
  const page = pages[ui.route];
  const text = notice();
  morph(root, html`
    ${text && html`<p class="notice" role="status">${text}</p>`}
    <div class="pages" ${ui.sheet ? html`inert` : ''}>${shelfPage(app)}${page && page(app)}</div>
    ${spokenTotal(app)}
    <div class="sheets ${ui.sheet ? 'open' : ''}">${sheetOf(app)}</div>
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
  paint();
  const title = ui.route && root.querySelector('.over h1');
  if (title) title.focus({ preventScroll: true });
}

// ---- coupons: a draft in the sheet, taken over by 确定 ----

const pickedIds = (receipt) => receipt.coupons
  .filter(({ reason }) => reason === 'PICKED').map(({ id }) => id);

// `kept`: what no choice in the sheet changes.
async function draftCoupons(coupons, kept) {
  const request = requestOf({ ...cart, coupons }, shop.shopper, priced.request.now);
  const receipt = await engine.quote(request);
  return { ...kept, coupons, receipt, isNone: request.pick === 'none' };
}

async function openCoupons() {
  const { request, best } = priced;
  const none = await engine.quote(withoutCoupons(request));
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
  const next = isLocal() ? togglePin(engine.quote, priced.request, picked, id) : [id];
  return redraft(next);
}

// ---- options ----

function priceDraft(draft) {
  const { sku, picked } = draft;
  const shown = isLocal()
    ? shelfPrice(engine.quote, shop.shopper.member, sku.id, picked, shop.now()) : null;
  return { ...draft, shown };
}

function updateDraft(change) {
  ui.draft = priceDraft({ ...ui.draft, ...change });
}

// ---- 凑单 ----

// The best one or two goods, found in slices; until the first slice is there the list below stands.
function searchTopUps(rule) {
  endTopUp();
  ui.topupAnswer = null;
  if (!recommend) return;
  const { next } = activityOf(rule);
  if (!next || next.by !== 'amount') return;
  const request = { ...priced.request, pick: 'best' };
  delete request.pins;
  endTopUp = topUpSlowly(engine.local, { request, pairs: true, gap: next.gap, count: 6 }, (answer) => {
    ui.topupAnswer = answer;
    paint();
  });
}

function findTopUps(rule) {
  if (!isLocal() || cart.lines.length === 0) return [];
  const onSale = shop.skus.filter((sku) => sku.on_sale !== false);
  return topUps(engine.quote, priced.request, priced.receipt, rule, onSale);
}

// ---- the order ----

const pendingKey = () => `${storageKey()}.pending`;

async function sendOrder(order) {
  const answer = await askServer('./api/price', order);
  localStorage.removeItem(pendingKey());
  if (!answer.equal) {
    openSheet({ kind: 'changed', changed: changesOf(answer.receipt) });
    return;
  }
  ui.order = { hash: answer.receipt.hash, number: answer.number, tookMs: answer.took_ms,
    total: yuan(answer.receipt.totals.payable), pickup: order.request.lines
      .every(({ fulfilment }) => fulfilment === 'pickup') };
  if (recommend) {
    recommend.learn({ id: answer.receipt.hash, time: order.request.now,
      lines: order.request.lines, payable: answer.receipt.totals.payable });
  }
  change({ ...emptyCart, fulfilment: cart.fulfilment, address: cart.address });
  go('done');
}

function changesOf(theirs) {
  const { receipt } = priced;
  const lines = theirs.lines.map((line) => {
    const mine = receipt.lines.find(({ id }) => id === line.id);
    return { name: shop.text.skus[line.sku].name, from: yuan(mine.net), to: yuan(line.net) };
  });
  return { lines: lines.filter(({ from, to }) => from !== to),
    from: yuan(receipt.totals.payable), to: yuan(theirs.totals.payable) };
}

async function submit() {
  const { request, receipt } = priced;
  const { pins, pick, coupons, member, ...rest } = request;
  const order = { hash: receipt.hash,
    request: { ...rest, points: receipt.points.used, decision: receipt.decision } };
  try {
    await sendOrder(order);
  } catch (error) {
    if (error.code) {
      say(error.message);
      return;
    }
    localStorage.setItem(pendingKey(), JSON.stringify(order));
    say('已保存，联网后提交');
  }
}

async function sendPending() {
  const pending = localStorage.getItem(pendingKey());
  if (pending) await sendOrder(JSON.parse(pending)).catch(() => {});
}

async function openShop() {
  shop = await loadShop();
  cart = loadCart(storageKey());
  ui.category = ui.category || shop.text.categories[0].tag;
  // A cart of another version of the shop may name goods and options that are gone.
  engine = await openLocal(shop.bookText).catch((error) => {
    console.warn(`${error.code || error.name} ${error.path || ''} ${error.message}`);
    return openServer();
  });
  shownMinute = 0;
  // A shop without a model is a shop all the same.
  recommend = await openRecommend(engine.local, storageKey()).catch(() => null);
  reprice();
}

// ---- what a tap does ----

const goneIds = () => priced.receipt.lines
  .filter(({ state }) => state === 'off_shelf').map(({ id }) => id);
const openIds = () => priced.receipt.lines
  .filter(({ state }) => state !== 'off_shelf').map(({ id }) => id);
const activityOf = (rule) => priced.receipt.activities.find((one) => one.rule === rule);
const lineOf = (id) => cart.lines.find((line) => line.id === id);

const acts = {
  fulfilment: (id) => change({ ...cart, fulfilment: id, coupons: null }),
  category: (tag) => {
    ui.category = tag;
    const goods = root.querySelector('#goods');
    goods.scrollTop = root.querySelector(`#shelf-${tag}`).offsetTop - goods.offsetTop;
  },
  add: (sku) => change(addLine(cart, { sku })),
  take: (sku) => change(takeOne(cart, sku)),
  more: (id) => change(setQty(cart, id, lineOf(id).qty + 1)),
  less: (id) => change(setQty(cart, id, lineOf(id).qty - 1)),
  select: (id) => change(selectLines(cart, [id], !lineOf(id).isSelected)),
  'select-all': (arg) => change(selectLines(cart, openIds(), arg === 'on')),
  'clear-gone': () => change(removeLines(cart, goneIds())),

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
    change(addLine(cart, { sku: sku.id, options: picked, qty }));
    closeSheet();
  },

  unfold: () => { ui.isUnfolded = !ui.isUnfolded; },
  topup: (rule) => {
    const { next } = activityOf(rule);
    ui.topups = findTopUps(rule);
    searchTopUps(rule);
    openSheet({ kind: 'topup', rule, gte: next ? next.gte : 0 });
  },
  'topup-add': (skus) => {
    change(skus.split(' ').reduce((next, sku) => addLine(next, { sku }), cart));
    ui.topups = findTopUps(ui.sheet.rule);
    searchTopUps(ui.sheet.rule);
  },

  'coupon-tab': (tab) => { ui.draft.tab = tab; },
  pin,
  'pin-best': () => redraft(null),
  'pin-none': () => redraft([]),
  'coupons-done': () => {
    change({ ...cart, coupons: ui.draft.coupons });
    closeSheet();
  },
  points: (arg) => change({ ...cart, points: arg === 'on' ? 'max' : 'off' }),
  address: (index) => {
    change({ ...cart, address: Number(index), coupons: null });
    closeSheet();
  },

  submit,
  again: () => go(''),
  personal: (arg) => recommend.setPersonal(arg === 'on'),
  forget: () => {
    recommend.clear();
    say('购买记录已清除');
  },
  'back-to-cart': () => {
    closeSheet();
    go('cart');
  },
  'accept-change': async () => {
    await openShop();
    closeSheet();
    say('已按新价格更新');
  },
};

root.addEventListener('click', (event) => {
  const target = event.target.closest('[data-act]');
  if (!target || !acts[target.dataset.act]) return;
  const done = acts[target.dataset.act](target.dataset.arg);
  paint();
  if (done && done.catch) done.catch((error) => say(error.message));
});

root.addEventListener('input', ({ target }) => {
  if (target.dataset.input !== 'points') return;
  const n = Number(target.value);
  change({ ...cart, points: n >= Number(target.max) ? 'max' : n });
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
addEventListener('offline', () => { ui.isOffline = true; paint(); });
addEventListener('online', () => {
  ui.isOffline = false;
  paint();
  sendPending();
});

// Windows open and close, coupons expire: the cart is priced again every minute.
function tick() {
  if (!priced || document.hidden) return;
  if (Math.floor(shop.now() / 60) !== shownMinute && !ui.sheet) {
    const before = pickedIds(priced.receipt);
    reprice();
    const gone = priced.receipt.coupons
      .find(({ id, reason }) => before.includes(id) && reason === 'EXPIRED');
    if (gone) {
      change({ ...cart, coupons: null });
      say(`「${shop.names.rules[gone.rule].title}」已过期，已为您换用最优组合`);
    }
  }
  if (!ui.route && !ui.sheet) paint();
}

await openShop();
onRoute();
setInterval(tick, 1000);
sendPending();
