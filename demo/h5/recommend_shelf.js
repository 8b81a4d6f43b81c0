// S1: the shelf 为你推荐, with the switch that makes it forget the shopper.
import { shelfCaption, shelfTitle } from 'suanpan/recommend';
import { yuan } from 'suanpan/view';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, picture, price, toggle } from './parts.js';

const card = ({ shop, shelf }, { sku, chip }) => {
  const { name } = shop.text.skus[sku];
  const { unit } = shelf.get(sku) || {};
  const needsChoice = (shop.names.skus[sku].options || []).length > 0;
  return html`<li class="recommended-card" data-key="recommended-${sku}">${picture(shop, sku)}
    <h3>${name}</h3><p class="tags"><span>${chip}</span></p>
    <div class="card-foot">${price(unit === undefined ? '--' : yuan(unit))}${
      button(needsChoice ? 'options' : 'add', sku, 'round', icon('plus', `添加${name}`))}</div></li>`;
};

/** '' where there is no model, or nothing to show. */
export function recommendShelf(app) {
  const { recommend, recommended } = app;
  if (!recommend || recommended.length === 0) return '';
  const isPersonal = recommend.isPersonal();
  return html`<div class="recommended" role="region" data-key="recommended" aria-label="${shelfTitle}">
    <header><h2>${shelfTitle}</h2><label>个性化推荐 ${
      toggle(isPersonal, 'personal', '个性化推荐')}</label></header>
    <p class="note">${shelfCaption(isPersonal)}${recommend.orderCount() > 0
      && button('forget', '', 'link', '清除购买记录')}</p>
    <ul>${recommended.map((item) => card(app, item))}</ul>
  </div>`;
}
