// The member's orders as the shop knows them.
import { ordersView, stillLeaving } from '../shared/orders.js';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, pageHead, price } from './parts.js';

const card = (one) => html`<section class="panel order" data-key="${one.id}">
  <header><h2>订单 ${one.number}</h2><span class="${one.isOver ? 'sold' : 'state'}">${
    one.state}</span></header>
  ${one.goods && html`<p>${one.goods}</p>`}
  <div class="card-foot"><small class="note">${one.time} · 共${one.pieces}件</small>${
    price(one.total, 'total')}</div>
  ${one.isOpen && html`<div class="acts">${
    button('cancel-order', one.id, 'plain small', '取消订单')}</div>`}</section>`;

const empty = html`<div class="empty"><span>${icon('bag')}</span><p>还没有订单</p>${
  button('back', '', 'pill', '去点单')}</div>`;

export function ordersPage({ client, shop, recommend, ui }) {
  ui.leaving = stillLeaving(ui.leaving, client.shop.rejected);
  const orders = ordersView(client.shop.state.orders,
    { here: shop, memory: recommend, leaving: ui.leaving });
  return html`<main class="page over" data-key="orders" data-route="orders">
    ${pageHead('我的订单')}
    <div class="scroll">${orders.length > 0 ? orders.map(card) : empty}</div></main>`;
}
