// The member's orders as the shop knows them, and the one that is still on its way.
const suanpan = require('../../shop/suanpan.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');

const STATES = { placed: '待支付', paid: '制作中', shipped: '已发出', done: '已完成',
  cancelled: '已取消', refunded: '已退款' };

// '11-20 16:15' in the civil time of the book.
function timeText(seconds, { utcOffsetS }) {
  const [date, time] = new Date((seconds + utcOffsetS) * 1000).toISOString().split('T');
  return date.slice(5) + ' ' + time.slice(0, 5);
}

// What was in it is known to the phone that ordered, and to the shop; it does not travel.
function goodsText({ memory, here }, order) {
  const skus = memory ? memory.goodsOf(order) : [];
  return skus.map((sku) => (here.text.skus[sku] || { name: '已下架商品' }).name).join('、');
}

const ui = { leaving: [] };

function orderView({ order, state, payable, pieces, placed }) {
  const isLeaving = ui.leaving.indexOf(order) >= 0 && state === 'placed';
  return {
    id: order,
    number: order.slice(0, 8).toUpperCase(),
    state: isLeaving ? '取消中' : STATES[state] || state,
    isOpen: state === 'placed' && !isLeaving,
    isOver: state === 'cancelled' || state === 'refunded',
    total: suanpan.yuan(payable),
    pieces: String(pieces),
    time: timeText(placed, client.here.names),
    goods: goodsText(client, order),
  };
}

shopPage(() => ({ orders: client.shop.state.orders.map(orderView) }), {
  onCancel(event) {
    const { id } = event.currentTarget.dataset;
    wx.showModal({
      content: '确定取消这笔订单？优惠券和积分会退回。',
      confirmColor: '#fa4126',
      success: ({ confirm }) => {
        if (!confirm) return;
        ui.leaving = ui.leaving.concat(id);
        client.shop.cancelOrder(id).catch(({ code }) => client.say(suanpan.refusalText(code)));
        this.repaintCart();
      },
    });
  },
  onMenu() {
    wx.reLaunch({ url: '/pages/menu/menu' });
  },
});
