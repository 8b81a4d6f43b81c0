// S3: the goods of the 凑单 sheet, as engine.topUp found them: one or two goods a row, with what
// they change in what is paid.
import { topUpRows } from 'suanpan/recommend';
import { yuan } from 'suanpan/view';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, picture, price } from './parts.js';

export function topupGoods({ shop }, answer) {
  return topUpRows(answer).map(({ skus, price: list, note, isCheaper }) => {
    const name = skus.map((sku) => shop.text.skus[sku].name).join(' + ');
    return html`<li class="line small" data-key="${skus.join('+')}">${
      skus.map((sku) => picture(shop, sku))}
      <div class="text"><h3>${name}</h3>
        <p class="tags"><span>凑单刚好</span></p>
        <p class="note ${isCheaper ? 'active' : ''}">加购后${note}</p></div>
      <div class="right">${price(yuan(list))}${
        button('topup-add', skus.join(' '), 'round', icon('plus', `添加${name}`))}</div></li>`;
  });
}
