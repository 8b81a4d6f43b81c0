// S2, the cart, with S3 凑单: lines with what each saves, the promotions of the shop with their
// progress, and 失效商品 apart. Taps are events of the client; everything is computed in view(),
// once a tick, by quotes on this phone.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');
const couponDraft = require('../../shop/coupon_draft.js');

// What one tap may change in every line crosses as one text each.
const COLUMNS = ['net', 'saved'];
// The two nearest promotions; the rest is folded away.
const PROMOTIONS_SHOWN = 2;
const TOPUPS_MAX = 12;

const ui = { sheet: '', line: '', isUnfolded: false, topUp: null };

function close(page) {
  if (ui.topUp) ui.topUp.end();
  Object.assign(ui, { sheet: '', line: '', topUp: null });
  page.repaintCart();
}

const draft = couponDraft(close);

// ---- what the page shows ----

// What is nearly reached first, then what is open, then what has been won.
function promotionsView(promotions) {
  const rank = ({ progress }) => (progress === '100' ? -1 : Number(progress));
  const sorted = promotions.slice().sort((a, b) => rank(b) - rank(a));
  const folded = sorted.length - PROMOTIONS_SHOWN;
  const more = ui.isUnfolded ? '收起 ⌃' : '还有' + folded + '项优惠 ⌄';
  return {
    shown: ui.isUnfolded ? sorted : sorted.slice(0, PROMOTIONS_SHOWN),
    more: folded > 0 ? more : '',
    isUnfolded: ui.isUnfolded,
  };
}

function topUpView(receipt, promotions) {
  const { rule, gte, rows } = ui.topUp;
  const { here } = client;
  const { priceOf } = client.shelf();
  const { skus: goods } = here.names;
  const activity = receipt.activities.find((one) => one.rule === rule) || { measure: 0, cut: 0 };
  const { text = '凑单' } = promotions.find(({ id }) => id === rule) || {};
  const isReached = (activity.measure || 0) >= gte;
  return {
    title: text,
    won: isReached && activity.cut > 0 ? suanpan.yuan(activity.cut) : '',
    isReached,
    rows: rows.slice(0, TOPUPS_MAX).map(({ skus, reaches, more }) => ({
      id: skus.join(' '),
      skus,
      name: skus.map((sku) => here.text.skus[sku].name).join(' + '),
      unit: suanpan.yuan(skus.reduce((sum, sku) => sum + priceOf(goods[sku]).unit, 0)),
      reaches,
      more: shared.moreText(more),
      isCheaper: more <= 0,
    })),
  };
}

function sheetView(receipt, promotions) {
  const { names } = client.here;
  const { sheet } = ui;
  if (sheet === 'details') return { sheet, details: suanpan.detailView(receipt, names) };
  if (sheet === 'coupons') return { sheet, coupons: draft.view() };
  if (sheet === 'topup') return { sheet, topUp: topUpView(receipt, promotions) };
  const isThere = receipt.lines.some(({ id, state }) => id === ui.line && state === 'priced');
  if (sheet !== 'line' || !isThere) return { sheet: '' };
  return { sheet, lineCuts: suanpan.lineCutsView(receipt, names, ui.line) };
}

// What another device or the shop did to a line stands on the line.
function chipsView({ lines }, said) {
  const chips = {};
  lines.forEach(({ id, line }) => {
    if (said.lines[line]) chips[id] = said.lines[line];
  });
  return chips;
}

// What the switch of the points would save and what the member's card is worth take prices of their
// own. They come behind that of the tap; until then the rows say what they said.
let offers = shared.askBehind();

function offersOf(priced) {
  const known = offers.of(priced, () => ({ most: priced.most,
    more: shared.cardMore(client.quote, client.here, priced) }), client.tell);
  if (known && !priced.hasMost) return known;
  return { most: priced.most, more: known ? known.more : null };
}

function view(said) {
  const { names, text } = client.here;
  const priced = client.priced();
  const { request, receipt } = priced;
  const { most, more } = offersOf(priced);
  const cart = client.cart();
  const shown = suanpan.receiptView(receipt, names, { request, most });
  const { promotions } = shown;
  // The button says how many there are.
  delete shown.count;
  return Object.assign(shown, suanpan.asColumns(shown.lines, COLUMNS), {
    shop: text.shop,
    isPickup: cart.fulfilment === 'pickup',
    isOutOfArea: receipt.submit.reason === 'NO_DELIVERY',
    freight: receipt.submit.reason === 'NO_DELIVERY' ? '有商品不能送到这个地址' : shown.freight,
    chips: chipsView(cart, said),
    card: shared.cardRow(client.here, priced),
    more,
    promotions: promotionsView(promotions),
    usesPoints: cart.points !== 'off' && cart.points !== 0 && shown.points.isUsable,
  }, sheetView(receipt, promotions));
}

// ---- what a tap does ----

const idOf = (event) => event.currentTarget.dataset.id;
const lineOf = (id) => client.cart().lines.find((line) => line.id === id);
const idsOf = (isWanted) => client.priced().receipt.lines.filter(isWanted).map(({ id }) => id);

// What one good does is there with the tap; the best one or two, by what is paid and by what the
// member likes, take their place slice by slice.
function findTopUps(page, rule) {
  const shown = client.priced();
  const { request, receipt } = shown;
  const activity = receipt.activities.find((one) => one.rule === rule);
  if (ui.topUp) ui.topUp.end();
  const onSale = client.here.skus.filter(({ on_sale: isOnSale }) => isOnSale !== false);
  const rows = shared.topUps(client.quote, request, receipt, rule, onSale);
  const { gte = 0 } = (activity && activity.next) || (ui.topUp || {});
  const topUp = { rule, gte: ui.topUp ? ui.topUp.gte : gte, rows, end() {} };
  ui.topUp = topUp;
  if (!client.memory || rows.length === 0 || !activity.next) return;
  const candidates = rows.map(({ skus: [sku] }) => sku);
  topUp.end = shared.topUpSlowly(client, { shown, rule, candidates,
    isPersonal: client.memory.isPersonal() }, (better) => {
    if (better.length === 0) return;
    topUp.rows = better;
    page.repaintCart();
  });
}

shopPage(view, Object.assign({}, draft.methods, {
  first: ['total', 'totalNote', 'saved', 'submit'],

  onLoad({ topup }) {
    Object.assign(ui, { sheet: '', line: '', isUnfolded: false, topUp: null });
    offers = shared.askBehind();
    if (client.phase !== 'ready') return;
    client.askStock();
    if (topup) this.openTopUp(topup);
  },

  onUnload() {
    offers.end();
    if (ui.topUp) ui.topUp.end();
  },

  // ---- lines ----

  onPlus(event) {
    const line = lineOf(idOf(event));
    const most = shared.mostOf(client.shop, line.sku);
    const more = shared.step(line, 1, most);
    if (more === null) client.say('最多可买' + most + '件');
    client.dispatch(more);
  },

  onMinus(event) {
    const line = lineOf(idOf(event));
    if (line.qty > 1) {
      client.dispatch(shared.step(line, -1));
      return;
    }
    wx.showModal({
      content: '确定从购物车移除该商品？',
      confirmColor: '#fa4126',
      success: ({ confirm }) => confirm && client.dispatch(shared.remove(line)),
    });
  },

  onToggleLine(event) {
    const line = lineOf(idOf(event));
    client.dispatch(shared.select(client.cart(), [line.id], !line.isSelected));
  },

  onToggleAll() {
    const open = idsOf(({ state }) => state !== 'off_shelf');
    client.dispatch(shared.select(client.cart(), open, !this.data.isAllSelected));
  },

  onCard(event) {
    client.dispatch(shared.tapCard(client.cart(), event.currentTarget.dataset.sku));
  },

  onClearGone() {
    idsOf(({ state }) => state === 'off_shelf').map(lineOf)
      .forEach((line) => client.dispatch(shared.remove(line)));
  },

  // The shelf of goods like this one is where the menu opens next.
  onSimilar(event) {
    client.wanted = shared.shelfOfSku(client.here, event.currentTarget.dataset.sku);
    wx.navigateBack();
  },

  // ---- choices ----

  onFulfilment(event) {
    client.setPlace(event.currentTarget.dataset.fulfilment, client.cart().address);
  },

  onPoints(event) {
    client.dispatch(shared.choosePoints(event.detail.value ? 'max' : 0));
  },

  // ---- sheets ----

  open(sheet) {
    Object.assign(ui, sheet);
    this.repaintCart();
  },

  onClose() {
    close(this);
  },

  onUnfold() {
    this.open({ isUnfolded: !ui.isUnfolded });
  },

  onDetails() {
    this.open({ sheet: ui.sheet === 'details' ? '' : 'details' });
  },

  onLineCuts(event) {
    this.open({ sheet: 'line', line: idOf(event) });
  },

  onCoupons() {
    draft.open();
    this.open({ sheet: 'coupons' });
  },

  openTopUp(rule) {
    findTopUps(this, rule);
    this.open({ sheet: 'topup' });
  },

  onTopUp(event) {
    this.openTopUp(idOf(event));
  },

  onTopUpAdd(event) {
    idOf(event).split(' ').forEach((sku) => client.dispatch(shared.add({ sku })));
    findTopUps(this, ui.topUp.rule);
    this.repaintCart();
  },

  onMenu() {
    wx.navigateBack();
  },

  onSubmit() {
    if (this.data.submit.isEnabled) wx.navigateTo({ url: '/pages/confirm/confirm' });
  },
}));
