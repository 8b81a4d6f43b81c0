// S4 and S6, 我的: tier, points, the wallet, what this phone keeps of its owner; and S9, what runs
// here and what can go wrong on purpose.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');

const DAY_S = 86400;
const SOON_DAYS = 30;
const TIMED = 20;

const ui = { tab: 'usable', isDeveloper: false };

function pointsView({ points }, { utcOffsetS }, now) {
  const lots = points.lots || [{ points: points.points || 0 }];
  const soon = lots.filter(({ expires }) => expires && expires < now + SOON_DAYS * DAY_S);
  const date = (s) => new Date((s + utcOffsetS) * 1000).toISOString().slice(5, 10);
  return {
    balance: shared.grouped(lots.reduce((sum, lot) => sum + lot.points, 0)),
    expiring: soon.length > 0
      ? soon[0].points + '积分将于 ' + date(soon[0].expires) + ' 过期' : '',
  };
}

// Every coupon of the wallet under what its dates say; what a cart makes of them is its own sheet's.
function walletView({ state, now }, { names }) {
  const { request, best } = client.priced();
  const none = client.quote(shared.withoutCoupons(request));
  const { usable, unusable } = suanpan.couponSheetView(best, best, names, state.coupons, none);
  const over = state.coupons.filter(({ to }) => to && to <= now()).map(({ id }) => id);
  const all = usable.concat(unusable);
  const isOver = ({ id }) => over.indexOf(id) >= 0;
  const tabs = { usable: all.filter((card) => !isOver(card)), over: all.filter(isOver) };
  return { tab: ui.tab, usable: String(tabs.usable.length), over: String(tabs.over.length),
    cards: tabs[ui.tab] };
}

// What a quote takes here and now, of the cart as it is.
function quoteText() {
  const { request } = client.priced();
  const start = Date.now();
  for (let i = 0; i < TIMED; i += 1) client.quote(request);
  return ((Date.now() - start) / TIMED).toFixed(2) + ' ms';
}

function developerView({ status }, said) {
  if (!ui.isDeveloper) return { isOpen: false };
  const { book } = status;
  const row = (label, value) => ({ label, value });
  return { isOpen: true, isCut: client.wire.isCut, rows: [
    row('引擎', client.engine.mode.build + ' ' + suanpan.version),
    row('计价', ui.quoteText),
    row('规则书', book.epoch + '.' + book.ver + ' · ' + book.digest.slice(0, 8)),
    row('价格', status.isFresh ? '有效' : '估算'),
    row('会员', status.member || '访客'),
    row('待同步', said.pending || '0'),
  ] };
}

function view(said) {
  const { shop, here, memory, profile } = client;
  const { tier } = shop.state.member;
  return {
    profile,
    face: profile.name.slice(0, 1),
    tier: here.text.tiers[tier] || '访客',
    points: pointsView(shop.state, here.names, shop.now()),
    wallet: walletView(shop, here),
    orders: String(shop.state.orders.length),
    isPersonal: memory ? memory.isPersonal() : false,
    caption: memory ? shared.shelfCaption(memory.isPersonal()) : '',
    hasMemory: memory !== null,
    ordersKnown: memory ? String(memory.orderCount()) : '0',
    developer: developerView(shop, said),
  };
}

// A line of the cart that the developer's part plays with.
const first = () => client.cart().lines.find(({ isSelected }) => isSelected);
const picked = () => client.priced().receipt.coupons.find(({ state }) => state === 'picked');

const CHANGES = {
  price: () => first() && { sku: first().sku },
  sold: () => first() && { sku: first().sku },
  expire: () => picked() && { rule: picked().rule },
  reset: () => ({}),
};

const MISSING = { price: '先往购物车里加一件商品', sold: '先往购物车里加一件商品',
  expire: '当前没有选用的优惠券' };

shopPage(view, {
  onLoad() {
    Object.assign(ui, { tab: 'usable', isDeveloper: false });
  },

  onTab(event) {
    ui.tab = event.currentTarget.dataset.tab;
    this.repaintCart();
  },

  onOrders() {
    wx.navigateTo({ url: '/pages/orders/orders' });
  },

  // ---- what this phone keeps ----

  onPersonal(event) {
    client.memory.setPersonal(event.detail.value);
    this.repaintCart();
  },

  onExport() {
    wx.setClipboardData({ data: client.memory.exportText() });
  },

  onForget() {
    wx.showModal({
      content: '清除本机的购买记录？推荐会重新开始。',
      confirmColor: '#fa4126',
      success: ({ confirm }) => {
        if (!confirm) return;
        client.memory.clear();
        client.say('购买记录已清除');
        this.repaintCart();
      },
    });
  },

  // ---- developer ----

  onDeveloper() {
    ui.isDeveloper = !ui.isDeveloper;
    if (ui.isDeveloper) ui.quoteText = quoteText();
    this.repaintCart();
  },

  onCut(event) {
    client.cut(event.detail.value);
  },

  async onPublish(event) {
    const { name } = event.currentTarget.dataset;
    const args = CHANGES[name]();
    if (!args) {
      client.say(MISSING[name]);
      return;
    }
    try {
      await client.http.request({ method: 'POST', url: client.url + '/demo/' + name,
        headers: { 'content-type': 'application/json' }, body: JSON.stringify(args) });
      await client.shop.sync();
    } catch ({ code }) {
      client.say(suanpan.refusalText(code));
    }
  },
});
