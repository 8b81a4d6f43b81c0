// The cart page as it is now: the same data for the same template, priced by the engine.
const { createEngine } = require('suanpan');
const { bindPage } = require('suanpan/view.js');
const adapter = require('./adapter.js');
const server = require('./server.js');

Page({
  data: { goodsList: [], coupons: [], picked: '', total: '--', cut: '--', pay: '--' },

  onLoad() {
    this.cart = { goodsList: server.cart.goodsList, coupons: server.coupons, picked: '' };
    this.setData({ goodsList: this.cart.goodsList, coupons: this.cart.coupons });
    this.binding = bindPage({
      view: () => this.view(),
      apply: (changes) => this.setData(changes),
    });
    return createEngine().then((engine) => {
      this.engine = engine;
      const book = adapter.bookOf({ cart: server.cart, coupons: server.coupons });
      return engine.load(book, { unsignedBookForDevelopment: true });
    }).then(() => this.binding.paintNow());
  },

  view() {
    const { goodsList } = this.cart;
    const now = Math.floor(Date.now() / 1000);
    const receipt = this.engine.quote(adapter.requestOf(this.cart, now));
    return Object.assign({ goodsList }, adapter.dataOf(receipt));
  },

  changeGoods(index, change) {
    const goodsList = this.cart.goodsList.map((goods, i) =>
      (i === index ? Object.assign({}, goods, change) : goods));
    this.cart = Object.assign({}, this.cart, { goodsList });
    this.binding.invalidate();
  },

  onNum(event) {
    const { index, num } = event.currentTarget.dataset;
    this.changeGoods(index, { num });
  },

  onSelect(event) {
    const { index } = event.currentTarget.dataset;
    this.changeGoods(index, { isSelected: this.cart.goodsList[index].isSelected ? 0 : 1 });
  },

  // Whether a coupon may be used is the engine's to say, now and after every change.
  onCoupon(event) {
    const { couponId } = this.cart.coupons[event.currentTarget.dataset.index];
    this.cart = Object.assign({}, this.cart, { picked: couponId });
    this.binding.invalidate();
  },
});
