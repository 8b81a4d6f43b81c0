// What the shop said about the order that was sent.
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');

shopPage(() => ({ order: client.order }), {
  onAgain() {
    wx.reLaunch({ url: '/pages/menu/menu' });
  },
  onOrders() {
    wx.redirectTo({ url: '/pages/orders/orders' });
  },
});
