// S2: the cart. Lines with what each saves, the promotions of the shop with their progress,
// and 失效商品 apart.
import { html } from './html.js';
import { icon } from './icons.js';
import { bottomBar, button, checkbox, freightNote, fulfilmentSwitch, pageHead, picture, price,
  stepper } from './parts.js';
import { askBehind, cardMore, cardNote, cardRow } from '../shared/member_card.js';

function promotion({ id, tag, text, isReached, progress }) {
  const action = progress === '100' ? button('back', '', 'link', ['再逛逛', icon('more')])
    : button('topup', id, 'link', ['去凑单', icon('more')]);
  return html`<li class="promotion ${isReached ? 'reached' : ''}" data-key="${id}">
    <p><span class="tag">${tag}</span><span class="what">${text}</span>${action}</p>
    <progress max="100" value="${progress}" aria-label="${text}"></progress></li>`;
}

const SHOWN_MAX = 2;

// What is nearly reached first, then what is open, then what has been won; the rest folded away.
function promotions({ view, ui }) {
  const rank = ({ progress }) => (progress === '100' ? -1 : Number(progress));
  const sorted = [...view.promotions].sort((a, b) => rank(b) - rank(a));
  const shown = ui.isUnfolded ? sorted : sorted.slice(0, SHOWN_MAX);
  const rest = sorted.length - SHOWN_MAX;
  return html`<ul class="promotions">${shown.map(promotion)}${rest > 0 && html`<li data-key="more">${
    button('unfold', '', `link all ${ui.isUnfolded ? 'open' : ''}`,
      [ui.isUnfolded ? '收起' : `还有${rest}项优惠`, icon('up')],
      html`aria-expanded="${ui.isUnfolded}"`)}</li>`}</ul>`;
}

const worth = askBehind();

// 开卡立享. What it is worth comes behind the price of the tap.
function memberCard({ shop, client, priced, paint, isLocal }, { sku, text, price, isOn }) {
  if (!sku) return '';
  const more = isLocal ? worth.of(priced, () => cardMore(client.quote, shop, priced), paint)
    : undefined;
  return html`<div class="member-card" data-key="member-card"><span><b>${text}</b>
    <small>${more === undefined ? '' : cardNote(price, more)}</small></span>${
    button('card', sku, isOn ? 'link' : 'pill', isOn ? '移除' : '开通')}</div>`;
}

function line({ shop, said, cart }, view, card) {
  const { id, sku, name, spec, qty, isSelected, unit, list, unitNote, saved, tags } = view;
  const { line: key } = cart.lines.find((one) => one.id === id) || {};
  return html`<li class="line" data-key="${id}">
    ${checkbox(isSelected, 'select', id, `选择${name}`)}
    ${picture(shop, sku)}
    <div class="text"><h3>${name}</h3><p class="note">${spec}</p>
      <p class="tags">${tags.map((tag) => html`<span>${tag}</span>`)}${
        unitNote && html`<span class="soft">${unitNote}</span>`}${
        said.lines[key] && html`<span class="chip" role="status">${said.lines[key]}</span>`}</p>
      <div class="card-foot"><div class="prices">${price(unit)}${list && html`<s>¥${list}</s>`}
        ${saved && button('line', id, 'link saved', [`已省¥${saved}`, icon('more')])}</div>
        ${sku === card.sku ? html`<small>×${qty}</small>`
    : stepper(Number(qty), ['less', id], ['more', id], name)}</div></div>
  </li>`;
}

const gone = ({ shop, view }) => view.gone.length > 0 && html`<section class="panel gone">
  <header><h2>失效商品 ${view.gone.length}件</h2>${
    button('clear-gone', '', 'link', '清空')}</header>
  <ul>${view.gone.map(({ id, sku, name, spec }) => html`<li class="line" data-key="${id}">
    <span class="sold">失效</span>${picture(shop, sku)}
    <div class="text"><h3>${name === sku ? '已下架商品' : name}</h3>
      <p class="note">${spec}</p><p class="note">已售罄或已下架</p></div>
    ${button('similar', sku, 'link', ['找相似', icon('more')])}</li>`)}</ul></section>`;

const empty = html`<div class="empty"><span>${icon('bag')}</span><p>购物车还是空的</p>${
  button('back', '', 'pill', '去逛逛')}</div>`;

const gifts = (view) => view.gifts.length > 0 && html`<p class="gift">
  <span class="tag">赠品</span>${view.gifts.join('、')}</p>`;

export function cartPage(app) {
  const { view, cart, shop: { text } } = app;
  const { shop } = text;
  const isEmpty = cart.lines.length === 0;
  const card = cardRow(app.shop, app.priced);
  return html`<main class="page over" data-key="cart" data-route="cart">
    ${pageHead(`购物车${view.count !== '0' ? `（${view.count}）` : ''}`,
    app.isLocal && button('share', '', 'back', icon('share', '分享')))}
    <div class="scroll">${isEmpty ? empty : html`
      <div class="fulfil">${fulfilmentSwitch(cart.fulfilment, ['门店自取', '外卖'])}${freightNote(app)}</div>
      ${memberCard(app, card)}
      <section class="panel"><header>${icon('store')}<h2>${shop.name} · ${shop.store}</h2></header>
        ${promotions(app)}
        <ul>${view.lines.map((one) => line(app, one, card))}</ul>${gifts(view)}${
  view.struckBasis && html`<p class="basis">${view.struckBasis}</p>`}</section>
      ${gone(app)}`}
    </div>
    ${bottomBar(app, html`<span class="all">${checkbox(view.isAllSelected && !isEmpty,
    'select-all', view.isAllSelected ? 'off' : 'on', '全选')}全选</span>`, 'checkout')}
  </main>`;
}
