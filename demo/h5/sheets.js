// The smaller sheets: 优惠明细, 分摊明细, 凑单, 地址 and 价格有变化.
import { html } from './html.js';
import { icon } from './icons.js';
import { lineCutsView, yuan } from 'suanpan/view';
import { button, price, sheet } from './parts.js';
import { couponSheet } from './coupon_sheet.js';
import { developerSheet } from './developer_sheet.js';
import { handoverSheet, shareSheet } from './landing_page.js';
import { optionsSheet } from './options_sheet.js';
import { topupRow } from './topup_rows.js';

const row = ({ key, label, title, value, struck, isCut }) => html`<div class="row"
  data-key="${key}"><span>${label}${
    title && title !== label && html`<small>${title}</small>`}</span>
  <span class="value ${isCut === false ? '' : 'active'}">${struck && html`<s>${struck}</s> `}${
  value}</span></div>`;

function detailSheet({ detail, engineNote }) {
  return sheet('detail', '优惠明细', html`${detail.rows.map(row)}
    <div class="row sum-row"><span>合计</span>${price(detail.total, 'total')}</div>
    <p class="engine-note">${engineNote}</p>`);
}

function lineSheet({ priced: { receipt }, shop: { names }, ui }) {
  const view = lineCutsView(receipt, names, ui.sheet.id);
  return sheet('line', '分摊明细', html`<p class="note">${view.name}</p>
    <div class="row"><span>商品金额</span><span class="value">¥${view.list}</span></div>
    ${view.rows.map(row)}
    <div class="row sum-row"><span>分摊后</span>${price(view.net, 'total')}</div>
    <p class="note">整单优惠按金额分摊到每件商品，退款时按此计算</p>`);
}

const TOPUPS_MAX = 12;

// The sticky foot follows every tap: what is still missing, then what has been won.
function topupSheet(app) {
  const { ui: { sheet: { rule, gte }, topups }, view, priced } = app;
  const activity = priced.receipt.activities.find((one) => one.rule === rule);
  const promotion = view.promotions.find(({ id }) => id === rule);
  const goods = topups.slice(0, TOPUPS_MAX).map((found) => topupRow(app, found));
  const isReached = activity.measure >= gte;
  return sheet('topup', promotion ? promotion.text : '凑单', html`<ul>${goods}</ul>
    ${goods.length === 0 && html`<p class="note">暂无可凑的商品</p>`}`,
  html`<p class="topup-foot" role="status">${isReached
    ? html`已满足${activity.cut > 0 && html`，立省 <b>¥${yuan(activity.cut)}</b>`}`
    : promotion && promotion.text}</p>
    ${button('close-sheet', '', 'submit', '选好了')}`);
}

const addressSheet = ({ shop: { shopper }, cart }) => sheet('address', '选择收货地址', html`
  <ul>${shopper.addresses.map(({ text, contact, phone }, index) => html`<li>${
    button('address', index, `address ${index === cart.address ? 'on' : ''}`, html`${icon('pin')}
      <span><b>${text}</b><small>${contact} ${phone}</small></span>
      <i class="check ${index === cart.address ? 'on' : ''}">${
        index === cart.address ? icon('check') : ''}</i>`)}</li>`)}</ul>`);

/** Never silent: what the shop's own price differs in, line by line. */
function changedSheet({ ui: { sheet: { changed } } }) {
  return sheet('changed', '以下商品价格有变化', html`
    ${changed.lines.map(({ name, from, to }) => html`<div class="row"><span>${name}</span>
      <span class="value"><s>¥${from}</s> ¥${to}</span></div>`)}
    ${changed.notes.map((note) => html`<div class="row"><span>${note}</span></div>`)}
    <div class="row sum-row"><span>合计</span>
      <span class="value"><s>¥${changed.from}</s> ${price(changed.to, 'total')}</span></div>`,
  html`<div class="two">${button('back-to-cart', '', 'plain', '返回购物车')}${
    button('accept-change', '', 'submit', '按新价格继续')}</div>`);
}

// What the server refused, one by one, until the shopper has seen it.
function rejectedSheet({ said: { rejected } }) {
  return sheet('rejected', '未成功的操作', html`<ul>${rejected.map(({ u, text, reason }) =>
    html`<li class="row" data-key="${u}"><span>${text}<small>${reason}</small></span>
      <span class="value">${button('dismiss', u, 'link', '知道了')}</span></li>`)}</ul>
    ${rejected.length === 0 && html`<p class="note">没有未处理的操作</p>`}`);
}

const sheets = {
  developer: developerSheet, rejected: rejectedSheet, share: shareSheet, handover: handoverSheet,
  detail: detailSheet, line: lineSheet, topup: topupSheet, address: addressSheet,
  changed: changedSheet, coupons: couponSheet, options: optionsSheet,
};

export const sheetOf = (app) => (app.ui.sheet ? sheets[app.ui.sheet.kind](app) : '');
