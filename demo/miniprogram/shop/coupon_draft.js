// The coupon sheet: what is picked in it is a draft. Every tap is priced, nothing is taken over
// before 确定. Used by the cart's and the confirm page; both show parts/coupons.wxml.
const suanpan = require('./suanpan.js');
const shared = require('../seed/shared.js');
const client = require('./client.js');

/** { view(), methods }: `close(page)` puts the sheet away. */
module.exports = function couponDraft(close) {
  // coupons: null = the engine's best combination, [] = none, ids = exactly these.
  let draft = null;

  function requestWith(coupons) {
    const request = Object.assign({}, client.priced().request);
    const pins = Object.assign({}, request.pins);
    delete request.pick;
    delete pins.coupons;
    if (coupons !== null && coupons.length === 0) request.pick = 'none';
    if (coupons !== null && coupons.length > 0) pins.coupons = coupons;
    delete request.pins;
    return Object.keys(pins).length > 0 ? Object.assign(request, { pins }) : request;
  }

  const receiptOf = () => client.quote(requestWith(draft.coupons));

  function view() {
    const { request, best } = client.priced();
    const none = client.quote(shared.withoutCoupons(request));
    const shown = suanpan.couponSheetView(receiptOf(), best, client.here.names,
      client.shop.state.coupons, none);
    const isNone = draft.coupons !== null && draft.coupons.length === 0;
    return Object.assign(shown, { tab: draft.tab, isNone, isBestOn: shown.isBest && !isNone });
  }

  function choose(page, coupons) {
    draft = Object.assign({}, draft, { coupons });
    page.repaintCart();
  }

  const methods = {
    onCouponTab(event) {
      draft = Object.assign({}, draft, { tab: event.currentTarget.dataset.tab });
      this.repaintCart();
    },
    onCoupon(event) {
      const picked = receiptOf().coupons.filter(({ reason }) => reason === 'PICKED')
        .map(({ id }) => id);
      choose(this, shared.togglePin(client.quote, client.priced().request, picked,
        event.currentTarget.dataset.id));
    },
    onBestCoupons() {
      choose(this, null);
    },
    onNoCoupon() {
      choose(this, []);
    },
    onConfirmCoupons() {
      client.dispatch(shared.chooseCoupons(draft.coupons));
      close(this);
    },
  };

  return {
    view,
    methods,
    open() {
      draft = { coupons: client.cart().coupons, tab: 'usable' };
    },
  };
};
