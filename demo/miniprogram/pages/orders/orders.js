// The member's orders as the shop knows them, and the one that is still on its way.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');

const ui = { leaving: [] };

function view() {
  const { shop, here, memory } = client;
  ui.leaving = shared.stillLeaving(ui.leaving, shop.rejected);
  return { orders: shared.ordersView(shop.state.orders, { here, memory, leaving: ui.leaving }) };
}

shopPage(view, {
  onCancel(event) {
    const { id } = event.currentTarget.dataset;
    wx.showModal({
      content: '确定取消这笔订单？优惠券和积分会退回。',
      confirmColor: '#fa4126',
      success: ({ confirm }) => {
        if (!confirm) return;
        ui.leaving = ui.leaving.concat(id);
        client.shop.cancelOrder(id).catch(({ code }) => {
          ui.leaving = ui.leaving.filter((one) => one !== id);
          client.say(suanpan.refusalText(code));
          this.repaintCart();
        });
        this.repaintCart();
      },
    });
  },
  onMenu() {
    wx.reLaunch({ url: '/pages/menu/menu' });
  },
});
