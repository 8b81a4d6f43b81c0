// S1: the shelf 为你推荐, with the switch that makes it forget the shopper.
import { shelfCaption, shelfTitle } from 'suanpan/recommend';
import { yuan } from 'suanpan/view';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, picture, price, toggle } from './parts.js';
import { optionGroupsOf } from '../shared/book.js';

function card({ shop, shelf }, { sku, chip }) {
  const { name } = shop.text.skus[sku];
  const { unit } = shelf.get(sku) || {};
  const act = optionGroupsOf(shop, shop.names.skus[sku]).length > 0 ? 'options' : 'add';
  return html`<li data-key="for-you-${sku}">${picture(shop, sku)}
    <h3>${name}</h3><p class="tags"><span>${chip}</span></p>
    <div class="card-foot">${price(unit === undefined ? '--' : yuan(unit))}${
      button(act, sku, 'round', icon('plus', `添加${name}`))}</div></li>`;
}

/** '' where there is nothing to show; `memory` is what recommend.js keeps of the member. */
export function recommendShelf(app, items, memory) {
  if (items.length === 0) return '';
  const isPersonal = memory.isPersonal();
  return html`<div class="for-you" role="region" data-key="for-you" aria-label="${shelfTitle}">
    <header><h2>${shelfTitle}</h2><label>个性化推荐${
      toggle(isPersonal, 'personal', '个性化推荐')}</label></header>
    <p class="note">${shelfCaption(isPersonal)}</p>
    <ul>${items.map((item) => card(app, item))}</ul>${memory.orderCount() > 0 && html`
    <p class="own">本机有${memory.orderCount()}笔购买记录${
      button('history', '', 'link', '导出')}${button('forget', '', 'link', '清除')}</p>`}
  </div>`;
}
