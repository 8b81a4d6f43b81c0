// S3: the rows of the 凑单 sheet: one or two goods each, with what they change in what is paid.
import { moreText } from 'suanpan/recommend';
import { yuan } from 'suanpan/view';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, picture, price } from './parts.js';

/** `skus`: one good or two; `reaches`: they make the step; `more`: fen paid more with them. */
export function topupRow({ shop, shelf }, { skus, reaches, more }) {
  const name = skus.map((sku) => shop.text.skus[sku].name).join(' + ');
  const unit = skus.reduce((sum, sku) => sum + shelf.get(sku).unit, 0);
  return html`<li class="line small" data-key="${skus.join('+')}"><span class="pics">${
    skus.map((sku) => picture(shop, sku))}</span>
    <div class="text"><h3>${name}</h3>
      <p class="tags">${reaches && html`<span>凑单刚好</span>`}</p>
      <p class="note ${more <= 0 ? 'active' : ''}">加购后${moreText(more)}</p></div>
    <div class="right">${price(yuan(unit))}${
      button('topup-add', skus.join(' '), 'round', icon('plus', `添加${name}`))}</div></li>`;
}
