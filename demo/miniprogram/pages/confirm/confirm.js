// The confirm page: the cart of the cart page, priced again for every change of what is chosen here.
const suanpan = require('../../suanpan/miniprogram.js');
const bookText = require('../../seed/tea.book.js');
const member = require('../../seed/tea.member.js');
const carts = require('../../shop/cart.js');

const names = suanpan.namesOf(JSON.parse(bookText));
const addresses = member.addresses.map(({ text }) => text);

// What one tap may change in every line crosses as one text each.
const COLUMNS = ['net', 'saved'];

// Coupons and points have rows of their own.
const OWN_ROWS = ['优惠券', '积分抵扣'];

const FAILED = '暂时无法计价，请稍后重试';

Page({
  data: {
    notice: '',
    shop: names.shop,
    profile: member.profile,
    addresses,
    takeAt: '',
    contact: '',
    total: '--',
    submit: { text: '提交订单', isEnabled: false },
  },

  onLoad() {
    const { engine, cart } = getApp().order;
    this.engine = engine;
    this.cart = cart;
    this.takeAt = '尽快';
    this.contact = member.profile.name;
    this.binding = suanpan.bindPage({
      view: () => this.show(),
      apply: (changes) => this.setData(changes),
    });
    this.binding.paintNow();
  },

  // The cart page takes over what was chosen here.
  onUnload() {
    getApp().order = { engine: this.engine, cart: this.cart };
  },

  // ---- what the page shows ----

  show() {
    try {
      return this.price();
    } catch (error) {
      console.warn(String(error && error.message));
      return { notice: FAILED, total: '--', submit: { text: '提交订单', isEnabled: false } };
    }
  },

  price() {
    const request = carts.requestOf(this.cart, member);
    const receipt = this.engine.quote(request);
    const most = this.engine.quote(carts.requestOf(this.cart, member,
      { usesPoints: true, points: 'max' }));
    const view = suanpan.receiptView(receipt, names, { request, most });
    const lines = view.lines.filter(({ isSelected }) => isSelected);
    return Object.assign({
      notice: '',
      isPickup: this.cart.fulfilment === 'pickup',
      address: this.cart.address,
      takeAt: this.takeAt,
      contact: this.contact,
      usesPoints: this.cart.usesPoints && view.points.isUsable,
      slider: { max: most.points.used, step: most.points.step, used: receipt.points.used },
      gifts: view.gifts,
      coupon: view.coupon,
      points: view.points,
      freight: view.freight,
      rows: suanpan.detailView(receipt, names).rows
        .filter(({ label }) => OWN_ROWS.indexOf(label) < 0),
      count: view.count,
      total: view.total,
      submit: this.submitView(view),
    }, suanpan.asColumns(lines, COLUMNS));
  },

  submitView({ submit, total }) {
    const isPaid = submit.isEnabled && total !== '0.00';
    return isPaid ? { text: '提交订单 ¥' + total, isEnabled: true } : submit;
  },

  // ---- choices ----

  change(changes) {
    this.cart = Object.assign({}, this.cart, changes);
    this.binding.invalidate();
  },

  onFulfilment(event) {
    this.change({ fulfilment: event.currentTarget.dataset.fulfilment });
  },

  onAddress(event) {
    this.change({ address: Number(event.detail.value) });
  },

  onTakeAt(event) {
    this.takeAt = event.detail.value;
    this.binding.invalidate();
  },

  onContact(event) {
    this.contact = event.detail.value;
  },

  onPoints(event) {
    this.change({ usesPoints: event.detail.value });
  },

  // At its end the slider means as many as may be used, whatever the cart becomes.
  onPointsUsed(event) {
    const { value } = event.detail;
    this.change({ points: value === this.data.slider.max ? 'max' : value });
  },

  onSubmit() {
    if (!this.data.submit.isEnabled) return;
    wx.showToast({ title: '应付¥' + this.data.total + '，演示到此为止', icon: 'none' });
  },
});
