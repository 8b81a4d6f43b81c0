// S1, the shop: categories left, goods right. Every price on a card is the engine's own answer for
// one piece, so a card can't promise what the cart does not keep.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');
const { forYouView } = require('../../shop/for_you.js');

// Heights in menu.wxss, by which the category follows the list: a page can't ask where things are
// without a round trip to the view.
const HEAD_RPX = 72;
const CARD_RPX = 212;
const FOR_YOU_RPX = 466;

// As many as fit on the first screen.
const FIRST_CARDS = 6;

const { yuan } = suanpan;
const { grouped } = shared;

const ui = { category: '', sheet: '', draft: null, isWhole: false };

// ---- what the page shows ----

function cardOf(here, priceOf, sku) {
  const { id } = sku;
  const { name, note } = here.text.skus[id];
  const { unit, list, rule } = priceOf(sku);
  const { tags, quota } = shared.tagsOf(here, sku, rule);
  return {
    id,
    name,
    note,
    tags,
    unit: unit === undefined ? '--' : yuan(unit),
    list: unit < list ? yuan(list) : '',
    kind: rule ? shared.KIND_NAMES[here.names.rules[rule].kind] || '' : '',
    clock: quota > 0 ? rule : '',
    isSold: sku.on_sale === false,
    hasOptions: shared.optionGroupsOf(here, sku).length > 0,
  };
}

// The same objects until a price can have changed: what is the same costs no comparison. What the
// first screen does not show is priced and drawn after it.
let shelves = { key: '', isWhole: false, list: [] };
function shelvesView() {
  const { here } = client;
  const { isWhole } = ui;
  const { key, priceOf } = client.shelf();
  if (key !== shelves.key || isWhole !== shelves.isWhole) {
    const shown = (skus, index) => (isWhole ? skus : skus.slice(0, index === 0 ? FIRST_CARDS : 0));
    const list = shared.shelvesOf(here).map(({ tag, name, skus }, index) =>
      ({ tag, name, cards: shown(skus, index).map((sku) => cardOf(here, priceOf, sku)) }));
    shelves = { key, isWhole, list };
  }
  return shelves.list;
}

// sku → pieces in the cart, as text.
function countsView({ lines }) {
  const counts = {};
  lines.forEach(({ sku }) => { counts[sku] = ''; });
  Object.keys(counts).forEach((sku) => {
    counts[sku] = String(shared.countOf({ lines }, sku));
  });
  return counts;
}

function clocksView() {
  const { here, shop } = client;
  const clocks = {};
  shelves.list.forEach(({ cards }) => cards.forEach(({ clock }) => {
    if (clock) clocks[clock] = shared.clock(shared.secondsLeft(here, clock, shop.now()));
  }));
  return clocks;
}

// '再买¥12.00可享满60减12 去凑单': the step that is closest.
function hintView({ promotions, count }) {
  const [open] = count === '0' ? [] : promotions.filter(({ progress }) => progress !== '100')
    .sort((a, b) => b.progress - a.progress);
  return open ? { id: open.id, text: open.text } : { id: '', text: '' };
}

function chipView(here, id, picked) {
  const { price } = here.names.options[id];
  const extra = price > 0 ? '+¥' + yuan(price).replace(/\.?0+$/, '') : '';
  return { id, name: here.text.options[id], extra, isOn: picked.indexOf(id) >= 0 };
}

function groupView(here, picked, { id, name, pick, base, options }) {
  const chips = options.map((option) => chipView(here, option, picked));
  const isBase = chips.every(({ isOn }) => !isOn);
  return { id, name, base: pick === 'one' ? base : '', isBase, chips };
}

function optionsView() {
  const { here, shop } = client;
  const { sku, picked, qty } = ui.draft;
  const { name, note } = here.text.skus[sku.id];
  const { unit, list } = shared.shelfPrice(client.quote, shop.request.member, sku.id, picked,
    shop.now());
  return {
    id: sku.id,
    name,
    note,
    chosen: shared.chosenText(here, sku, picked),
    groups: shared.optionGroupsOf(here, sku).map((group) => groupView(here, picked, group)),
    unit: yuan(unit),
    list: unit < list ? yuan(list) : '',
    qty: String(qty),
  };
}

function memberView({ here, shop, profile }, receipt) {
  const { tier } = shop.state.member;
  const cut = suanpan.detailView(receipt, here.names).rows
    .find(({ label }) => label === '会员优惠');
  return {
    tier: here.text.tiers[tier] || '访客',
    text: client.canOrder ? profile.name + '，会员价已生效' : '升级微信后享会员价',
    cut: cut ? cut.value.replace('-', '') : '',
    points: grouped(receipt.points.balance),
  };
}

function view() {
  const { here } = client;
  const cart = client.cart();
  const { receipt, request } = client.priced();
  const { promotions, count, total, totalNote, saved, submit } = suanpan.receiptView(receipt,
    here.names, { request });
  const list = shelvesView();
  if (!ui.isWhole) {
    setTimeout(() => {
      ui.isWhole = true;
      client.tell();
    }, 0);
  }
  if (!ui.category) ui.category = list[0].tag;
  const { sheet } = ui;
  return Object.assign({
    store: here.text.shop,
    isPickup: cart.fulfilment === 'pickup',
    member: memberView(client, receipt),
    offers: here.book.rules.rules.filter(({ kind, for: forWhom }) => kind === 'promotion'
      && !forWhom).map(({ title }) => title),
    category: ui.category,
    shelves: list,
    counts: countsView(cart),
    clocks: clocksView(),
    forYou: forYouView(cart.lines),
    hint: hintView({ promotions, count }),
    count,
    total,
    totalNote,
    struckBasis: here.names.struckBasis,
    saved,
    submit,
    sheet,
  }, sheet === 'options' ? { options: optionsView() } : {});
}

// ---- what a tap does ----

const idOf = (event) => event.currentTarget.dataset.id;

// Which section the list's top stands in.
function sectionAt(rpx) {
  let top = client.memory && forYouView([]).items.length > 0 ? FOR_YOU_RPX : 0;
  let current = shelves.list[0].tag;
  shelves.list.forEach(({ tag, cards }) => {
    if (rpx >= top - 8) current = tag;
    top += HEAD_RPX + cards.length * CARD_RPX;
  });
  return current;
}

shopPage(view, {
  data: { isPickup: true },

  first: ['total', 'totalNote', 'saved', 'count', 'submit'],

  onLoad() {
    Object.assign(ui, { category: '', sheet: '', draft: null, isWhole: false });
  },

  // The link has the member's own code, so that whoever comes by it is counted for him.
  onShareAppMessage() {
    const title = '好友请你喝茶 · ' + client.here.text.shop.name;
    const path = '/pages/menu/menu';
    const promise = client.shop.share({ channel: 'miniprogram' })
      .then(({ code }) => ({ title, path: path + '?share=' + code }), () => ({ title, path }));
    return { title, path, promise };
  },

  onShow() {
    this.timer = setInterval(() => {
      if (client.phase === 'ready') this.repaintCart();
    }, 1000);
    this.rpx = 750 / wx.getSystemInfoSync().windowWidth;
    if (client.wanted) this.jump(client.wanted);
    client.wanted = '';
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
  },

  onFulfilment(event) {
    client.setPlace(event.currentTarget.dataset.fulfilment, client.cart().address);
  },

  onCategory(event) {
    this.jump(event.currentTarget.dataset.tag);
  },

  jump(tag) {
    ui.category = tag;
    // The list is on its way there: what it passes is not chosen.
    this.heldUntil = Date.now() + 600;
    this.setData({ into: '' });
    this.setData({ into: 'shelf-' + tag });
    this.repaintCart();
  },

  onScroll(event) {
    if (Date.now() < this.heldUntil) return;
    const tag = sectionAt(event.detail.scrollTop * this.rpx);
    if (tag === ui.category) return;
    ui.category = tag;
    this.repaintCart();
  },

  onAdd(event) {
    client.dispatch(shared.add({ sku: idOf(event) }));
  },

  onTake(event) {
    client.dispatch(shared.takeOne(client.cart(), idOf(event)));
  },

  // ---- options ----

  onOptions(event) {
    const sku = client.here.names.skus[idOf(event)];
    ui.draft = { sku, picked: [], qty: 1 };
    ui.sheet = 'options';
    this.repaintCart();
  },

  change(changes) {
    ui.draft = Object.assign({}, ui.draft, changes);
    this.repaintCart();
  },

  onOption(event) {
    const { sku, picked } = ui.draft;
    const groups = shared.optionGroupsOf(client.here, sku);
    this.change({ picked: shared.pickOption(groups, picked, idOf(event)) });
  },

  onOptionBase(event) {
    const { options } = client.here.text.option_groups.find(({ id }) => id === idOf(event));
    this.change({ picked: ui.draft.picked.filter((id) => options.indexOf(id) < 0) });
  },

  onDraftMinus() {
    this.change({ qty: Math.max(1, ui.draft.qty - 1) });
  },

  onDraftPlus() {
    this.change({ qty: ui.draft.qty + 1 });
  },

  onAddDraft() {
    const { sku, picked, qty } = ui.draft;
    client.dispatch(shared.add({ sku: sku.id, options: picked, qty }));
    this.onClose();
  },

  onClose() {
    ui.sheet = '';
    this.repaintCart();
  },

  // ---- the shelf 为你推荐 ----

  onPersonal(event) {
    client.memory.setPersonal(event.detail.value);
    this.repaintCart();
  },

  // ---- the way on ----

  onTopUp() {
    wx.navigateTo({ url: '/pages/cart/cart?topup=' + this.data.hint.id });
  },

  onCart() {
    wx.navigateTo({ url: '/pages/cart/cart' });
  },

  onMine() {
    wx.navigateTo({ url: '/pages/mine/mine' });
  },

  onOrders() {
    wx.navigateTo({ url: '/pages/orders/orders' });
  },

  onCheckout() {
    if (this.data.submit.isEnabled) wx.navigateTo({ url: '/pages/confirm/confirm' });
  },
});
