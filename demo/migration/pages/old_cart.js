// The cart page as it was: prices are made in the page, of yuan, and with floats.
const server = require('./server.js');

const tiersIn = (text) => (text.match(/满(\d+)减(\d+)/g) || []).map((part) => {
  const [, gte, off] = part.match(/满(\d+)减(\d+)/);
  return { gte: parseFloat(gte), off: parseFloat(off) };
});

Page({
  data: { goodsList: [], coupons: [], picked: '', total: '0.00', cut: '0.00', pay: '0.00' },

  onLoad() {
    this.promotions = server.cart.promotionList;
    this.setData({ goodsList: server.cart.goodsList, coupons: server.coupons });
    this.sum();
  },

  sum() {
    let total = 0;
    this.data.goodsList.forEach((goods) => {
      if (goods.isSelected) total += parseFloat(goods.price) * goods.num;
    });
    let cut = 0;
    tiersIn(this.promotions[0].promotionText).forEach(({ gte, off }) => {
      if (total >= gte) cut = off;
    });
    const coupon = this.data.coupons.find(({ couponId }) => couponId === this.data.picked);
    if (coupon && coupon.type === 1) cut += coupon.value / 100;
    if (coupon && coupon.type === 2) cut += (total - cut) * (1 - coupon.value / 1000);
    this.setData({
      total: total.toFixed(2), cut: cut.toFixed(2), pay: (total - cut).toFixed(2),
    });
  },

  onNum(event) {
    const { index, num } = event.currentTarget.dataset;
    this.setData({ [`goodsList[${index}].num`]: num });
    this.sum();
  },

  onSelect(event) {
    const { index } = event.currentTarget.dataset;
    const isSelected = this.data.goodsList[index].isSelected ? 0 : 1;
    this.setData({ [`goodsList[${index}].isSelected`]: isSelected });
    this.sum();
  },

  // A coupon can be picked when the cart is worth it. That is asked here, and never again.
  onCoupon(event) {
    const coupon = this.data.coupons[event.currentTarget.dataset.index];
    if (parseFloat(this.data.total) * 100 < coupon.base) return;
    this.setData({ picked: coupon.couponId });
    this.sum();
  },
});
