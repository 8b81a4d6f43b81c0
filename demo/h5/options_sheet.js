// The dialog that asks for size, sugar, ice and toppings before a drink goes into the cart. Its
// price is the engine's, for exactly what is chosen.
import { html } from './html.js';
import { yuan } from 'suanpan/view';
import { chosenText, optionGroupsOf } from '../shared/book.js';
import { button, picture, price, sheet, stepper } from './parts.js';

function extra({ names }, id) {
  const { price: fen } = names.options[id];
  return fen > 0 && html` <small>+¥${yuan(fen).replace(/\.?0+$/, '')}</small>`;
}

function chip(shop, picked, id) {
  const isOn = picked.includes(id);
  return button('option', id, `chip ${isOn ? 'on' : ''}`,
    html`${shop.text.options[id]}${extra(shop, id)}`, html`aria-pressed="${isOn}"`);
}

function groupRow(shop, picked, group) {
  const isBase = !group.options.some((id) => picked.includes(id));
  return html`<fieldset data-key="${group.id}"><legend>${group.name}</legend><div class="chips">${
    group.pick === 'one' && button('option-base', group.id, `chip ${isBase ? 'on' : ''}`,
      group.base, html`aria-pressed="${isBase}"`)}${
    group.options.map((id) => chip(shop, picked, id))}</div></fieldset>`;
}

export function optionsSheet({ shop, ui: { draft } }) {
  const { sku, picked, qty, shown } = draft;
  const { name, note } = shop.text.skus[sku.id];
  const groups = optionGroupsOf(shop, sku);
  return sheet('options', name, html`
    <div class="options-head">${picture(shop, sku.id, 'art big')}<div><p class="note">${note}</p>
      <p class="chosen">已选：${chosenText(shop, sku, picked)}</p></div></div>
    ${groups.map((group) => groupRow(shop, picked, group))}`,
  html`<div class="options-foot"><div class="prices">${price(shown ? yuan(shown.unit) : '--')}${
    shown && shown.unit < shown.list && html`<s>¥${yuan(shown.list)}</s>`}</div>
    ${stepper(qty, ['draft-qty', -1], ['draft-qty', 1], name)}</div>
    ${button('add-draft', '', 'submit', '加入购物车')}`);
}
