// S5, 确认订单: the member's cart, priced again for every change of what is chosen here, and the way
// to the shop. What differs when it is sent is shown, and sending it takes another tap.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');
const couponDraft = require('../../shop/coupon_draft.js');

// What one tap may change in every line crosses as one text each.
const COLUMNS = ['net', 'saved'];

// Coupons and points have rows of their own.
const OWN_ROWS = ['优惠券', '积分抵扣'];

const addresses = client.addresses.map(({ text }) => text);

const ui = { sheet: '', changed: null, isSubmitting: false, takeAt: '立即取餐，约 10 分钟' };

function close(page) {
  Object.assign(ui, { sheet: '', changed: null });
  page.repaintCart();
}

const draft = couponDraft(close);

// ---- what the page shows ----

function submitView({ submit, total }) {
  if (!client.canOrder) return { text: '升级微信后可下单', isEnabled: false };
  if (ui.isSubmitting) return { text: '提交中…', isEnabled: false };
  if (client.shop.status.isRevoked) return { text: '等待规则更新', isEnabled: false };
  const isPaid = submit.isEnabled && total !== '0.00';
  return isPaid ? { text: '提交订单 ¥' + total, isEnabled: true } : submit;
}

function sheetView() {
  const { sheet, changed } = ui;
  if (sheet === 'coupons') return { sheet, coupons: draft.view() };
  return sheet === 'changed' ? { sheet, changed } : { sheet: '' };
}

function view() {
  const { names, text } = client.here;
  const { request, receipt, most } = client.priced();
  const cart = client.cart();
  const shown = suanpan.receiptView(receipt, names, { request, most });
  const lines = shown.lines.filter(({ isSelected }) => isSelected);
  const { num, den } = client.here.book.rules.points;
  const { step } = most.points;
  return Object.assign({
    shop: text.shop,
    profile: client.profile,
    isPickup: cart.fulfilment === 'pickup',
    isOutOfArea: receipt.submit.reason === 'NO_DELIVERY',
    freight: receipt.submit.reason === 'NO_DELIVERY'
      ? '有商品不能送到这个地址，请换一个地址或改为自提' : shown.freight,
    addresses,
    address: cart.address,
    contact: client.addresses[cart.address],
    takeAt: ui.takeAt,
    usesPoints: cart.points !== 'off' && cart.points !== 0 && shown.points.isUsable,
    slider: { max: most.points.used, step, used: receipt.points.used,
      worth: suanpan.yuan(Math.floor(step * num / den)) },
    gifts: shown.gifts,
    coupon: shown.coupon,
    points: shown.points,
    rows: suanpan.detailView(receipt, names).rows
      .filter(({ label }) => OWN_ROWS.indexOf(label) < 0),
    rewards: shared.rewardTexts(receipt, client.here),
    count: shown.count,
    total: shown.total,
    totalNote: shown.totalNote,
    saved: shown.saved,
    submit: submitView(shown),
  }, suanpan.asColumns(lines, COLUMNS), sheetView());
}

shopPage(view, Object.assign({}, draft.methods, {
  onLoad({ submit }) {
    Object.assign(ui, { sheet: '', changed: null, isSubmitting: false });
    if (submit) this.submitOrder();
  },

  // ---- choices ----

  onFulfilment(event) {
    client.setPlace(event.currentTarget.dataset.fulfilment, client.cart().address);
  },

  onAddress(event) {
    client.setPlace(client.cart().fulfilment, Number(event.detail.value));
  },

  onTakeAt(event) {
    ui.takeAt = '今天 ' + event.detail.value;
    this.repaintCart();
  },

  onPoints(event) {
    client.dispatch(shared.choosePoints(event.detail.value ? 'max' : 0));
  },

  // At its end the slider means as many as may be used, whatever the cart becomes.
  onPointsUsed(event) {
    const { value } = event.detail;
    client.dispatch(shared.choosePoints(value >= this.data.slider.max ? 'max' : value));
  },

  onCoupons() {
    draft.open();
    ui.sheet = 'coupons';
    this.repaintCart();
  },

  onClose() {
    close(this);
  },

  // ---- the order ----

  // A book that came in, or a window that closed, while the shopper was about to pay.
  onPriceChange(before, after) {
    if (!ui.isSubmitting) this.askAgain(before, after);
  },

  askAgain(before, after) {
    ui.changed = suanpan.changesView(before, after, client.here.names);
    ui.sheet = 'changed';
    this.repaintCart();
  },

  async submitOrder() {
    if (ui.isSubmitting) return;
    // What has changed since it was painted is asked about first.
    client.tick();
    if (ui.sheet === 'changed') return;
    ui.isSubmitting = true;
    this.repaintCart();
    try {
      await client.submit((before, after) => this.askAgain(before, after));
    } catch ({ code }) {
      client.say(suanpan.refusalText(code));
    }
    ui.isSubmitting = false;
    // This page may be gone by now: whoever is there is painted.
    client.tell();
  },

  onSubmit() {
    if (this.data.submit.isEnabled) this.submitOrder();
  },

  onBackToCart() {
    close(this);
    const pages = getCurrentPages();
    const isOverCart = pages.length > 1 && pages[pages.length - 2].route === 'pages/cart/cart';
    if (isOverCart) wx.navigateBack();
    else wx.redirectTo({ url: '/pages/cart/cart' });
  },

  onAcceptChange() {
    close(this);
  },
}));
