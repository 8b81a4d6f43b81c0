// The cart page. Taps change `cart` or `sheet` and call invalidate(); everything the page shows
// is computed in show(), once a tick, by quotes on this phone.
const suanpan = require('../../suanpan/miniprogram.js');
const bookText = require('../../seed/tea.book.js');
const member = require('../../seed/tea.member.js');
const firstLines = require('../../shop/first_lines.js');
const carts = require('../../shop/cart.js');

const SLOW_START_MS = 300;
const RETRIES = 3;
const RETRY_MS = 200;

const NOTICES = {
  slow: '正在准备本机计价…',
  compatible: '当前微信版本较低，已切换为兼容模式',
  unavailable: '当前微信版本较低，无法在本机计价，请升级微信后重试',
  failed: '暂时无法计价，请稍后重试',
};

// What one tap may change in every line crosses as one text each.
const COLUMNS = ['net', 'saved'];

const NO_SUBMIT = { text: '去结算', isEnabled: false };

// No sheet is open. `coupons` is the choice made in the coupon sheet but not confirmed yet, `none`
// the answer without any coupon, asked for once a sheet.
const CLOSED = { name: '', coupons: null, none: null, line: '' };

const book = JSON.parse(bookText);
const names = suanpan.namesOf(book);

// Without WXWebAssembly the same engine runs as JavaScript: slower, with the same answers. A shop
// that does not want its 430 KB leaves the file and this line out.
const fallback = () => require('../../suanpan/suanpan.wasm2js.js');

const isPinDropped = ({ warnings }) => warnings.some(({ code }) => code === 'PIN_DROPPED');

Page({
  data: {
    status: 'loading',
    notice: '',
    shop: names.shop,
    address: '',
    isPickup: false,
    usesPoints: true,
    // Known before any price is: held by place until the engine answers, and never lost.
    skeleton: firstLines.map(({ id, sku }) => ({ id, sku, name: names.skuTexts[sku].name })),
    total: '--',
    submit: NO_SUBMIT,
    sheet: '',
  },

  onLoad() {
    this.cart = carts.createCart(firstLines);
    this.sheet = CLOSED;
    this.status = 'loading';
    this.notice = '';
    this.retriesLeft = RETRIES;
    this.binding = suanpan.bindPage({
      view: () => this.show(),
      apply: (changes) => this.setData(changes),
    });
    setTimeout(() => {
      if (this.status === 'loading') this.tell(NOTICES.slow);
    }, SLOW_START_MS);
    this.start();
  },

  onShow() {
    const { order } = getApp();
    if (order && order.cart !== this.cart) this.change(order.cart);
  },

  start() {
    suanpan.createEngine({ fallback }).then((engine) => {
      this.engine = engine;
      return engine.load(bookText, { unsignedBookForDevelopment: true });
    }).then(() => {
      this.status = 'ready';
      this.tell(this.engine.mode.build === 'wasm' ? '' : NOTICES.compatible);
    }).catch((error) => {
      console.warn(String(error && error.message));
      this.status = 'unavailable';
      this.tell(NOTICES.unavailable);
    });
  },

  tell(notice) {
    this.notice = notice;
    this.binding.invalidate();
  },

  // ---- what the page shows ----

  show() {
    const base = {
      status: this.status,
      notice: this.notice,
      isPickup: this.cart.fulfilment === 'pickup',
      address: member.addresses[this.cart.address].text,
      usesPoints: this.cart.usesPoints,
    };
    if (this.status !== 'ready') return base;
    try {
      const priced = this.price();
      this.retriesLeft = RETRIES;
      return Object.assign(base, priced);
    } catch (error) {
      return Object.assign(base, this.waitAfter(error));
    }
  },

  price() {
    this.dropLostCoupons();
    const request = carts.requestOf(this.cart, member);
    const receipt = this.engine.quote(request);
    const isMost = this.cart.usesPoints && this.cart.points === 'max';
    const most = isMost ? receipt : this.quoteWith({ usesPoints: true, points: 'max' });
    const view = suanpan.receiptView(receipt, names, { request, most });
    return Object.assign(view, suanpan.asColumns(view.lines, COLUMNS), this.showSheet(receipt));
  },

  // A picked coupon may no longer fit the changed cart: say so and take the best ones instead.
  dropLostCoupons() {
    if (!this.cart.coupons || !isPinDropped(this.quoteWith({}))) return;
    this.cart = Object.assign({}, this.cart, { coupons: null });
    wx.showToast({ title: '所选优惠券不再可用，已为您换用最优组合', icon: 'none' });
  },

  // After an inner error the engine needs a moment to start anew; the cart is not touched by it.
  waitAfter(error) {
    console.warn(String(error && error.message));
    if (this.retriesLeft === 0) {
      this.status = 'unavailable';
      this.notice = NOTICES.failed;
      return { status: this.status, notice: this.notice, total: '--', submit: NO_SUBMIT };
    }
    this.retriesLeft -= 1;
    setTimeout(() => this.binding.invalidate(), RETRY_MS);
    return { notice: NOTICES.slow, total: '--', submit: NO_SUBMIT };
  },

  quoteWith(overrides) {
    return this.engine.quote(carts.requestOf(this.cart, member, overrides));
  },

  quoteWithoutCoupons() {
    const request = carts.requestOf(this.cart, member, { coupons: null });
    return this.engine.quote(Object.assign(request, { pick: 'none', detail: 'totals' }));
  },

  showSheet(receipt) {
    const { name, coupons, line } = this.sheet;
    if (name === 'details') return { sheet: name, details: suanpan.detailView(receipt, names) };
    if (name === 'line') {
      return { sheet: name, lineCuts: suanpan.lineCutsView(receipt, names, line) };
    }
    if (name === 'coupons') {
      const best = this.quoteWith({ coupons: null });
      const draft = coupons ? this.quoteWith({ coupons }) : best;
      const none = this.sheet.none || this.quoteWithoutCoupons();
      this.sheet = Object.assign({}, this.sheet, { none });
      const view = suanpan.couponSheetView(draft, best, names, member.coupons, none);
      return { sheet: name, coupons: view };
    }
    return { sheet: '' };
  },

  // ---- lines ----

  change(cart) {
    this.cart = cart;
    this.binding.invalidate();
  },

  lineOf(event) {
    const { id } = event.currentTarget.dataset;
    return this.cart.lines.find((line) => line.id === id);
  },

  onPlus(event) {
    const { id, qty } = this.lineOf(event);
    if (qty === suanpan.limits.qty_max) return;
    this.change(carts.setQty(this.cart, id, qty + 1));
  },

  onMinus(event) {
    const { id, qty } = this.lineOf(event);
    if (qty > 1) {
      this.change(carts.setQty(this.cart, id, qty - 1));
      return;
    }
    wx.showModal({
      content: '确定从购物车移除该商品？',
      confirmColor: '#fa4126',
      success: ({ confirm }) => {
        if (confirm) this.change(carts.setQty(this.cart, id, 0));
      },
    });
  },

  onToggleLine(event) {
    this.change(carts.toggleLine(this.cart, this.lineOf(event).id));
  },

  onToggleAll() {
    this.change(carts.selectAll(this.cart, !this.data.isAllSelected));
  },

  onClearGone() {
    this.change(carts.removeLines(this.cart, this.data.gone.map(({ id }) => id)));
  },

  // ---- choices ----

  onFulfilment(event) {
    const { fulfilment } = event.currentTarget.dataset;
    this.change(Object.assign({}, this.cart, { fulfilment }));
  },

  onPoints(event) {
    this.change(Object.assign({}, this.cart, { usesPoints: event.detail.value }));
  },

  // ---- sheets ----

  open(sheet) {
    this.sheet = Object.assign({}, CLOSED, sheet);
    this.binding.invalidate();
  },

  onClose() {
    this.open({});
  },

  // The mask must not let a drag through to the page below.
  onNothing() {},

  onDetails() {
    this.open(this.sheet.name === 'details' ? {} : { name: 'details' });
  },

  onLineCuts(event) {
    this.open({ name: 'line', line: event.currentTarget.dataset.id });
  },

  onCoupons() {
    this.open({ name: 'coupons', coupons: this.cart.coupons });
  },

  choose(coupons) {
    this.open(Object.assign({}, this.sheet, { coupons }));
  },

  onBestCoupons() {
    this.choose(null);
  },

  onCoupon(event) {
    const { id } = event.currentTarget.dataset;
    const picked = this.quoteWith({ coupons: this.sheet.coupons }).decision.coupons;
    const isLawful = (coupons) => !isPinDropped(this.quoteWith({ coupons }));
    this.choose(carts.toggleCoupon(isLawful, picked, id));
  },

  onNoCoupon() {
    this.cart = Object.assign({}, this.cart, { coupons: [] });
    this.onClose();
  },

  onConfirmCoupons() {
    this.cart = Object.assign({}, this.cart, { coupons: this.sheet.coupons });
    this.onClose();
  },

  onSubmit() {
    if (!this.data.submit.isEnabled) return;
    // The next page prices the same cart with the same engine, and may change it.
    getApp().order = { engine: this.engine, cart: this.cart };
    wx.navigateTo({ url: '/pages/confirm/confirm' });
  },
});
