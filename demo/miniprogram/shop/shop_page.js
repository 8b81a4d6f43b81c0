// shopPage(view, definition): a page of the shop, on the package's Behavior.
//
// view()            what the page shows, asked for when the shop is ready and has a price; the notices
//                   that every page has under its head come beside it
// definition.first  what of it the bar shows: set first, and the rest in a task behind it, each by
//                   one setData of changed paths
//
// A page that lies under another one is not painted before it is seen again. The one that is seen
// looks every second whether a price has changed by itself.
const suanpan = require('./suanpan.js');
const client = require('./client.js');

const OPENING = {
  loading: { kind: '', text: '' },
  slow: { kind: 'slow', text: '正在准备本机计价…' },
  unavailable: { kind: 'unavailable', text: '当前微信版本较低，无法在本机计价，请升级微信后重试' },
  unreachable: { kind: 'unreachable', text: '暂时连不上商家，请检查网络后重试' },
};

const NO_INTENT = { state: '', text: '', shown: '' };
const WAITING = { kind: 'slow', text: '正在准备本机计价…' };
const COMPATIBLE = { kind: 'compatible', text: '当前微信版本较低，已切换为兼容模式' };
const VISITOR = { kind: 'visitor', text: '当前微信版本较低，可以看价和加购，升级微信后可下单' };

let isTrayOpen = false;

// What matters most now: the state of the shop, then how prices come about.
function noticeOf(said) {
  if (said.notice.kind) return said.notice;
  if (!client.canOrder) return VISITOR;
  return client.engine.mode.build === 'wasm' ? { kind: '', text: '' } : COMPATIBLE;
}

const notReady = (notice) =>
  ({ isReady: false, notice, intent: NO_INTENT, rejected: [], isTrayOpen: false });

function see(view) {
  if (client.phase !== 'ready') return notReady(OPENING[client.phase]);
  try {
    if (client.priced() === null) return notReady(WAITING);
    const said = suanpan.shopView(client.shop, client.here.names);
    const { intent, rejected } = said;
    isTrayOpen = isTrayOpen && rejected.length > 0;
    const base = { isReady: true, notice: noticeOf(said), intent, rejected, isTrayOpen };
    return Object.assign(base, view(said));
  } catch (error) {
    // The engine starts anew by itself; the cart is not touched by it.
    if (!/^E_(REVIVING|TRAP)$/.test(error.code)) throw error;
    setTimeout(client.tell, 200);
    return notReady(WAITING);
  }
}

// The keys that are said of what the bar shows, without what takes time; null for none.
function barOf(keys) {
  const receipt = keys.length === 0 || client.phase !== 'ready' ? null : client.shop.quickReceipt;
  if (receipt === null) return null;
  const bar = suanpan.barView(receipt, client.shop.request);
  return keys.reduce((part, key) => Object.assign(part, { [key]: bar[key] }), {});
}

// What stands under the head of every page, and what can be done about it.
const actions = {
  onRetry: () => client.open(),
  onLogin: () => client.shop.enrol().catch(({ code }) => client.say(suanpan.refusalText(code))),
  onIntentDrop: () => client.shop.dropIntent(),
  onIntentConfirm() {
    const [page] = getCurrentPages().slice(-1);
    const isAsKept = suanpan.yuan(client.priced().receipt.totals.payable) === page.data.intent.shown;
    if (!isAsKept) client.say(suanpan.refusalText('E_REPRICE'));
    if (!page.submitOrder) {
      wx.navigateTo({ url: '/pages/confirm/confirm' + (isAsKept ? '?submit=1' : '') });
    } else if (isAsKept) page.submitOrder();
  },
  onTray() {
    isTrayOpen = true;
    client.tell();
  },
  onTrayClose() {
    isTrayOpen = false;
    client.tell();
  },
  onDismiss: (event) => client.shop.dismiss(event.currentTarget.dataset.u),
  // A mask must not let a drag through to the page below.
  onNothing() {},
};

const TICK_MS = 1000;

module.exports = function shopPage(view, definition) {
  let isShown = true;
  let timer = 0;
  let shown = null;
  const look = () => {
    if (isShown || shown === null) shown = see(view);
    return shown;
  };
  // What a tap shows at once; the rest is worked out behind it, for a slow phone's sake.
  const { first = [] } = definition;
  const bar = () => (isShown && shown !== null && shown.isReady ? barOf(first) : null);
  const behavior = suanpan.cartBehavior({ source: client, view: look, first, quick: bar,
    quickAfterMs: 0 });
  const call = (page, name, argument) => definition[name] && definition[name].call(page, argument);
  Page(Object.assign({}, actions, definition, {
    behaviors: [behavior],
    data: Object.assign({ isReady: false, notice: OPENING.loading }, definition.data),
    onShow() {
      isShown = true;
      clearInterval(timer);
      timer = setInterval(client.tick, TICK_MS);
      call(this, 'onShow');
      this.repaintCart();
    },
    onHide() {
      isShown = false;
      clearInterval(timer);
      call(this, 'onHide');
    },
    onUnload() {
      clearInterval(timer);
      isShown = true;
      shown = null;
      call(this, 'onUnload');
    },
  }));
};
