// S5: 确认订单, and what the shop answers.
import { html } from './html.js';
import { icon } from './icons.js';
import { yuan } from 'suanpan/view';
import { rewardTexts } from '../shared/orders.js';
import { bottomBar, button, freightNote, fulfilmentSwitch, pageHead, picture, price, toggle }
  from './parts.js';

function pickup({ shop: { text: { shop }, profile } }) {
  return html`<dl class="where"><div><dt>门店</dt><dd>${shop.name} · ${shop.store}</dd></div>
    <div><dt>地址</dt><dd>${shop.address}，距离您${shop.distance_m}m</dd></div>
    <div><dt>取餐时间</dt><dd>立即取餐，约 10 分钟</dd></div>
    <div><dt>联系人</dt><dd>${profile.name} ${profile.phone}</dd></div></dl>`;
}

function delivery(app) {
  const { shop: { shopper }, cart } = app;
  const { text, contact, phone } = shopper.addresses[cart.address];
  return html`${button('sheet', 'address', 'address', html`${icon('pin')}<span><b>${text}</b>
    <small>${contact} ${phone}</small></span>${icon('more')}`)}
    ${freightNote(app)}`;
}

const line = (shop, { id, sku, name, spec, qty, net, tags, saved }) =>
  html`<li class="line small" data-key="${id}">${picture(shop, sku)}
    <div class="text"><h3>${name}</h3><p class="note">${spec}</p>
      <p class="tags">${tags.map((tag) => html`<span>${tag}</span>`)}</p></div>
    <div class="right">${price(net)}<small>×${qty}</small>${
      saved && button('line', id, 'link saved', `已省¥${saved}`)}</div></li>`;

function pointsRow(app) {
  const { view: { points }, cart, priced: { receipt, most }, shop } = app;
  const { num, den } = shop.book.rules.points;
  const isOn = cart.points !== 'off' && points.isUsable;
  const { step } = most.points;
  const max = most.points.used;
  const slider = isOn && html`<div class="slider"><span>0</span>
    <input type="range" min="0" max="${max}" step="${step}" value="${receipt.points.used}"
      data-input="points" aria-label="使用积分"
      aria-valuetext="${receipt.points.used}积分，抵${yuan(receipt.points.cut)}元">
    <span>${max}</span></div>
    <p class="note">使用 ${receipt.points.used} 积分，每 ${step} 积分抵¥${
      yuan(Math.floor(step * num / den))}</p>`;
  return html`<div class="row points"><span>积分</span>
    <span class="value"><small>${points.text}</small> ${
      points.cut && html`<b>${points.cut}</b>`}</span>
    ${points.isUsable && toggle(isOn, 'points', '使用积分')}</div>${slider}`;
}

function couponRow({ view: { coupon } }) {
  return button('sheet', 'coupons', 'row coupon', html`<span>优惠券${
    coupon.note && html`<em class="tag">${coupon.note}</em>`}</span>
    <span class="value ${coupon.isActive ? 'active' : ''}">${coupon.text}</span>${icon('more')}`);
}

const detailRow = ({ key, label, value, struck, isCut }) =>
  html`<div class="row" data-key="${key}"><span>${label}</span><span class="value ${
    isCut ? 'active' : ''}">${struck && html`<s>${struck}</s> `}${value}</span></div>`;

// Coupons and points have rows of their own above.
const restRows = ({ detail }) => detail.rows
  .filter(({ label }) => label !== '优惠券' && label !== '积分抵扣');

export function confirmPage(app) {
  const { view, cart } = app;
  const lines = view.lines.filter(({ isSelected }) => isSelected);
  const submit = { ...view.submit,
    text: view.submit.isEnabled && view.total !== '0.00' ? `提交订单 ¥${view.total}`
      : view.submit.text };
  return html`<main class="page over" data-key="confirm" data-route="confirm">
    ${pageHead('确认订单')}
    <div class="scroll">
      <section class="panel where-panel">${fulfilmentSwitch(cart.fulfilment, ['自提', '配送'])}
        ${cart.fulfilment === 'pickup' ? pickup(app) : delivery(app)}</section>
      <section class="panel"><ul>${lines.map((one) => line(app.shop, one))}</ul>
        ${view.gifts.length > 0 && html`<p class="gift"><span class="tag">赠品</span>${
          view.gifts.join('、')}</p>`}</section>
      <section class="panel rows">${couponRow(app)}${pointsRow(app)}</section>
      <section class="panel rows">${restRows(app).map(detailRow)}
        <div class="row sum-row"><span>共${view.count}件</span><span>小计 ${
          price(view.total, 'total')}</span></div></section>
      ${view.points.earned && html`<p class="earn">预计本单得 <b>${view.points.earned}</b></p>`}
      ${rewardTexts(app.priced.receipt, app.shop)
    .map((reward) => html`<p class="earn">${reward}</p>`)}
    </div>
    ${bottomBar({ ...app, view: { ...view, submit } }, '', 'submit')}
  </main>`;
}

/** What the shop said about the order that was sent. */
export function donePage({ ui: { order } }) {
  return html`<main class="page over done" data-key="done" data-route="done">
    ${pageHead('订单已提交')}
    <div class="scroll"><div class="done-mark">${icon('check')}</div>
      <h2 tabindex="-1">${order.pickup ? `取餐号 ${order.number}` : '商家已接单'}</h2>
      <p class="done-total">${price(order.total, 'total')}</p>
      <p class="verified" role="status">${icon('shield')}${
  order.isEqual ? '商家已核价，金额一致' : '商家已核价，按更低的价格结算'}</p>
      <p class="note">服务器用同一引擎、同一本规则重新计价</p>
      <code>${order.hash.slice(0, 16)}…</code>
      <div class="two">${button('go', 'orders', 'plain', '查看订单')}${
  button('again', '', 'submit', '再来一单')}</div>
      <p class="note">演示店铺：不会真的制作，也不会扣款</p></div>
  </main>`;
}
