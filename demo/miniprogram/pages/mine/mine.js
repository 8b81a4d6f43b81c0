// S4 and S6, 我的: tier, points, the wallet, what this phone keeps of its owner; and S9, what runs
// here and what can go wrong on purpose.
const suanpan = require('../../shop/suanpan.js');
const shared = require('../../seed/shared.js');
const client = require('../../shop/client.js');
const shopPage = require('../../shop/shop_page.js');

const DAY_S = 86400;
const SOON_DAYS = 30;
const TIMED = 20;

// What stays here and what goes to the shop, as the code of this app does it.
const PRIVACY = [
  { label: '只存在这部手机上', text: '购买记录与推荐偏好；不上传，可随时复制、清除或关闭' },
  { label: '发送给商家', text: '购物车、所选优惠与订单，以及订单的取餐或收货联系人' },
  { label: '不会读取', text: '位置、通讯录、相册与剪贴板' },
];

const ui = { tab: 'usable', code: '', isPrivacy: false, isDeveloper: false };

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

// The member with an empty cart: what is said of him, whatever he is about to buy.
const plainly = (coupons) => client.quote({ now: client.shop.now(), lines: [], coupons,
  member: client.shop.request.member });

function cardsOf(coupons, { names }) {
  const receipt = plainly(coupons);
  const { usable, unusable } = suanpan.couponSheetView(receipt, receipt, names, coupons, receipt);
  return usable.concat(unusable);
}

// Every coupon of the wallet under what its dates say, and those that were used; what a cart makes
// of them is its own sheet's.
function walletView({ state, now }, here) {
  const isOver = ({ to }) => to !== undefined && to <= now();
  const tabs = { usable: state.coupons.filter((one) => !isOver(one)), used: state.used || [],
    over: state.coupons.filter(isOver) };
  const tab = (name, text) => ({ name, text: text + '（' + tabs[name].length + '）' });
  return { tab: ui.tab, cards: cardsOf(tabs[ui.tab], here),
    tabs: [tab('usable', '可使用'), tab('used', '已使用'), tab('over', '已失效')] };
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
    progress: suanpan.tierText(plainly([]), here.names),
    points: pointsView(shop.state, here.names, shop.now()),
    wallet: walletView(shop, here),
    code: ui.code,
    privacy: ui.isPrivacy ? PRIVACY : [],
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
    Object.assign(ui, { tab: 'usable', code: '', isPrivacy: false, isDeveloper: false });
  },

  onTab(event) {
    ui.tab = event.currentTarget.dataset.tab;
    this.repaintCart();
  },

  onOrders() {
    wx.navigateTo({ url: '/pages/orders/orders' });
  },

  // ---- a cart of the page ----

  onCode(event) {
    ui.code = event.detail.value.trim();
    this.repaintCart();
  },

  async onTakeOver() {
    const { code } = ui;
    if (!code) return;
    ui.code = '';
    await client.takeOver(code);
    this.repaintCart();
  },

  // ---- what this phone keeps ----

  onPersonal(event) {
    client.memory.setPersonal(event.detail.value);
    this.repaintCart();
  },

  // WeChat asks before the clipboard is written; whoever says no keeps everything as it is.
  onExport() {
    wx.setClipboardData({ data: client.memory.exportText(),
      fail: () => client.say('未获得授权，没有复制') });
  },

  onPrivacy() {
    ui.isPrivacy = !ui.isPrivacy;
    this.repaintCart();
  },

  // The contract that the merchant has given to WeChat; older ones know none.
  onContract() {
    if (!wx.openPrivacyContract) client.say('请升级微信后查看');
    else wx.openPrivacyContract({ fail: () => client.say('商家尚未提供隐私保护指引') });
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
