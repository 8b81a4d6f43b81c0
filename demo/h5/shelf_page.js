// S1: the shop. Categories left, goods right; every price on a card is the engine's own answer
// for one piece (pricing.js shelfPrice), so a card can't promise what the cart does not keep.
import { html } from './html.js';
import { icon } from './icons.js';
import { yuan } from 'suanpan/view';
import { countOf } from '../shared/cart.js';
import { KIND_NAMES, clock, grouped, optionGroupsOf, secondsLeft, tagsOf }
  from '../shared/book.js';
import { bottomBar, button, fulfilmentSwitch, picture, price, stepper } from './parts.js';

function memberStrip({ shop, cut, priced }) {
  const { profile, shopper: { member }, text } = shop;
  const { balance } = priced.receipt.points;
  return html`<div class="member-strip">
    <span class="tier">${text.tiers[member.tier] || '访客'}</span>
    <span>${cut ? html`会员价 已为您省<b>¥${cut}</b>` : `${profile.name}，会员价已生效`}</span>
    <span class="points">${grouped(balance)} 积分</span>${
  button('go', 'orders', 'link', ['我的订单', icon('more')])}
  </div>`;
}

const offers = ({ shop }) => html`<ul class="offers" aria-label="店铺优惠">${
  shop.book.rules.rules
    .filter(({ kind, for: forWhom }) => kind === 'promotion' && !forWhom)
    .map(({ title }) => html`<li>${title}</li>`)}</ul>`;

function head(app) {
  const { shop: { text: { shop } }, cart } = app;
  return html`<header class="hero">
    <div class="hero-row"><h1>${shop.name}</h1>${
      fulfilmentSwitch(cart.fulfilment, ['门店自取', '外卖'])}</div>
    <p class="store">${icon('pin')}${shop.store} · 距离您${shop.distance_m}m · 营业中</p>
    ${memberStrip(app)}
  </header>`;
}

function priceRow({ shop, shelf }, sku) {
  const { unit, list, rule } = shelf.get(sku.id) || {};
  if (unit === undefined) return html`<div class="prices">${price('--')}</div>`;
  const kind = rule && shop.names.rules[rule].kind;
  return html`<div class="prices ${kind || ''}">${price(yuan(unit))}${
    kind && html`<em>${KIND_NAMES[kind]}</em>`}${
    unit < list && html`<s>¥${yuan(list)}</s>`}</div>`;
}

function cardTags(app, sku) {
  const { rule } = app.shelf.get(sku.id) || {};
  const { tags, quota } = tagsOf(app.shop, sku, rule);
  return html`<p class="tags">${tags.map((tag) => html`<span>${tag}</span>`)}${
    quota > 0 && html`<span class="clock">距结束 ${
      clock(secondsLeft(app.shop, rule, app.shop.now()))}</span>`}</p>`;
}

function cardAction(app, sku, name) {
  if (sku.on_sale === false) return html`<span class="sold">已售罄</span>`;
  const count = countOf(app.cart, sku.id);
  if (optionGroupsOf(app.shop, sku).length === 0) {
    return stepper(count, ['take', sku.id], ['add', sku.id], name);
  }
  return html`<span class="pick">${
    button('options', sku.id, 'pill', '选规格', html`aria-label="${name}，选规格"`)}${
    count > 0 && html`<b class="badge">${count}</b>`}</span>`;
}

// 70 cards are text again at every tap, but only those that differ are parsed and compared.
const painted = new Map();
function onlyIfNew(id, key, page) {
  const text = page.toString();
  if (painted.get(id) === text) return html`<li data-key="${key}" data-same></li>`;
  painted.set(id, text);
  return page;
}

function card(app, sku) {
  const { name, note } = app.shop.text.skus[sku.id];
  const isSold = sku.on_sale === false;
  return html`<li class="card ${isSold ? 'is-sold' : ''}" data-key="${sku.id}">
    <div class="pic">${picture(app.shop, sku.id)}${isSold && html`<span>已售罄</span>`}</div>
    <div class="text"><h3>${name}</h3><p class="note">${note}</p>${cardTags(app, sku)}
      <div class="card-foot">${priceRow(app, sku)}${cardAction(app, sku, name)}</div></div>
  </li>`;
}

const categories = (app) => html`<nav class="categories" aria-label="商品分类">${
  app.shelves.map(({ tag, name }) => button('category', tag,
    app.ui.category === tag ? 'on' : '', name,
    app.ui.category === tag ? html`aria-current="true"` : ''))}</nav>`;

// Its place is kept while the model is on its way, so that nothing moves under a finger.
function forYou(app) {
  if (app.recommend === undefined) return html`<div class="for-you" data-key="for-you"></div>`;
  return app.recommend && app.recommend.shelf(app);
}

const goods = (app) => html`<div class="goods" id="goods">${forYou(app)}${
  app.shelves.map(({ tag, name, skus }) => html`<section id="shelf-${tag}" data-key="${tag}"><h2>${name}</h2>
    <ul>${skus.map((sku) => onlyIfNew(`${tag}/${sku.id}`, sku.id, card(app, sku)))}</ul>
    </section>`)}
  ${app.shop.names.struckBasis && html`<p class="basis">${app.shop.names.struckBasis}</p>`}
  <p class="engine-note">${app.engineNote} · ${
  button('sheet', 'developer', 'link', '开发者面板')}</p></div>`;

/** '再买¥12.00可享满60减12 去凑单': the step that is closest. */
function hint({ view }) {
  if (view.count === '0') return '';
  const open = view.promotions.filter(({ progress }) => progress !== '100')
    .sort((a, b) => b.progress - a.progress)[0];
  if (!open) return '';
  return html`<p class="hint"><span>${open.text}</span>${
    button('topup', open.id, 'link', ['去凑单', icon('more')])}</p>`;
}

function cartButton({ view }) {
  return button('go', 'cart', 'cart-button', html`${icon('bag')}${
    view.count !== '0' && html`<b class="badge">${view.count}</b>`}`,
  html`aria-label="购物车，${view.count}件"`);
}

// Under another page nobody sees it: it stays as it is until the shopper comes back.
export const shelfPage = (app) => (app.ui.route
  ? html`<main class="page shelf" data-key="shelf" inert data-keep></main>`
  : html`<main class="page shelf" data-key="shelf">
    ${head(app)}${offers(app)}
    <div class="columns">${categories(app)}${goods(app)}</div>
    ${hint(app)}${bottomBar(app, cartButton(app), 'checkout')}
  </main>`);
