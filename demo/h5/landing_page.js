// S8: what somebody sees who was sent a link, and the sheets by which a cart or a link goes on: to a
// friend, or to the mini-program. Nothing here is priced: the cart is the shopper's own.
import { countOf } from '../shared/cart.js';
import { html } from './html.js';
import { icon } from './icons.js';
import { button, pageHead, picture, price, rollingPrice, sheet, stepper } from './parts.js';
import { yuan } from 'suanpan/view';
import './landing.css';

const GIFT = 'newcomer_20';
const GOODS = ['m01', 'f03', 'b05'];
const POSTER = { width: 300, height: 400 };

const inWeChat = () => /MicroMessenger/i.test(navigator.userAgent);
const dataUrl = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

// Fetched by whoever shares: nobody else draws codes.
async function codeOf(text) {
  const { renderSVG } = await import('uqr');
  return renderSVG(text, { border: 2 });
}

const hasGift = ({ shop: { shopper }, client }) =>
  [...shopper.coupons, ...(client.shop.state.used || [])].some(({ rule }) => rule === GIFT);

function goodsRow(app, sku) {
  const { shop, shelf, cart } = app;
  const { name, note } = shop.text.skus[sku];
  const { unit, list } = shelf.get(sku);
  return html`<li class="line small" data-key="${sku}">${picture(shop, sku)}
    <div class="text"><h3>${name}</h3><p class="note">${note}</p>
      <div class="prices">${price(yuan(unit))}${unit < list && html`<s>¥${yuan(list)}</s>`}</div></div>
    ${stepper(countOf(cart, sku), ['take', sku], ['add', sku], name)}</li>`;
}

// A book without this coupon has none to give.
function giftCard(app) {
  const rule = app.shop.names.rules[GIFT];
  if (!rule) return '';
  const [cut, least] = [rule.give.amount_off.amount, rule.when.amount_gte].map((fen) => fen / 100);
  const isTaken = hasGift(app);
  return html`<div class="gift-card"><b><i>¥</i>${cut}</b><span>${rule.title}<small>满${
    least}元可用</small></span>${button('claim-gift', GIFT, 'submit',
    isTaken ? '已领取' : `领¥${cut}新人券`, isTaken ? html`disabled` : '')}</div>`;
}

/** The page of a shared link: the gift, three goods with the cart's own total, and the ways on. */
export function landingPage(app) {
  const { shop: { text: { shop } }, shelf, view } = app;
  return html`<main class="page over landing" data-key="landing" data-route="landing">
    ${pageHead(shop.name)}
    <div class="scroll">
      <section class="landing-hero"><h2>好友请你喝茶</h2><p>${shop.store} · 距离您${
  shop.distance_m}m</p>
        ${giftCard(app)}</section>
      <section class="panel"><header><h2>好友推荐</h2></header>
        <ul>${GOODS.filter((sku) => shelf.has(sku)).map((sku) => goodsRow(app, sku))}</ul>
        <div class="row sum-row"><span>共${view.count}件 ${
  view.saved && html`<small class="saved">已优惠¥${view.saved}</small>`}</span><span>合计 ${
  rollingPrice(view.total, 'total')}</span></div></section>
      ${inWeChat() ? '' : html`<p class="note landing-note">在微信中打开，可直接进入小程序</p>`}
    </div>
    <footer class="bar">${button('again', '', 'plain', '进店逛逛')}${
  button('hand-over', '', 'submit', '打开小程序', view.count === '0' ? html`disabled` : '')}</footer>
  </main>`;
}

const codePicture = (svg, label) =>
  html`<img class="code-picture" src="${dataUrl(svg)}" alt="${label}" width="180" height="180">`;

/** 分享: the link as a picture and as text. */
export const shareSheet = ({ ui: { sheet: { url, svg } } }) => sheet('share', '分享给好友', html`
  <div class="code">${codePicture(svg, '分享二维码')}<p>好友打开即可领¥20新人券</p>
    <p class="note code-text">${url}</p></div>`,
html`<div class="two">${button('copy', url, 'plain', '复制链接')}${
  button('save-poster', '', 'submit', '保存海报')}</div>`);

/** 打开小程序: where WeChat's own button can't be, the code leads there. */
export const handoverSheet = ({ ui: { sheet: { code, svg, url } } }) =>
  sheet('handover', '扫码打开小程序', html`
  <div class="code">${codePicture(svg, '小程序二维码')}
    <p>购物车随口令一起带过去，10分钟内有效</p>
    <p class="code-text"><b>${code}</b></p>
    <p class="note">小程序「我的 › 取回网页购物车」也可输入口令</p></div>`,
  html`<div class="two">${button('copy', code, 'plain', '复制口令')}${url
    ? html`<a class="submit" href="${url}" target="_blank" rel="noopener">打开小程序</a>`
    : button('close-sheet', '', 'submit', '知道了')}</div>`);

function posterOf({ text: { shop } }, svg) {
  const { width, height } = POSTER;
  const inner = svg.replace('<svg', '<svg x="70" y="170" width="160" height="160"');
  const line = (y, size, fill, text) => `<text x="150" y="${y}" font-size="${size}" fill="${fill}"
    text-anchor="middle" font-family="sans-serif">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="300" height="400" fill="#fff"/><rect width="300" height="140" fill="#FA4126"/>
    ${line(60, 26, '#fff', shop.name)}${line(100, 18, '#fff', '好友请你喝茶 · 领¥20新人券')}
    ${inner}${line(364, 14, '#666', '扫码进店')}</svg>`;
}

// A phone's album takes pictures of pixels only.
async function savePicture(svg, name) {
  const image = new Image();
  image.src = dataUrl(svg);
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [POSTER.width * 2, POSTER.height * 2];
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement('a');
  link.href = canvas.toDataURL('image/png');
  link.download = name;
  link.click();
}

/** Acts of this file; client() and shop() give what is there now. */
export function landingActs({ client, shop, say, openSheet }) {
  let shared = null;
  return {
    async share() {
      const { code } = await client().shop.share({ channel: 'h5' });
      const url = `${location.origin}${location.pathname}?share=${code}`;
      shared = { kind: 'share', url, svg: await codeOf(url) };
      openSheet(shared);
    },
    'save-poster': () => savePicture(posterOf(shop(), shared.svg), '青岚茶铺.png'),
    async copy(text) {
      await navigator.clipboard.writeText(text);
      say('已复制');
    },
    async 'claim-gift'(rule) {
      await client().shop.claim(rule);
      await client().shop.sync();
      const isThere = client().shop.state.coupons.some((one) => one.rule === rule);
      say(isThere ? '新人券已放入卡包，下单自动使用' : '新人券已领完');
    },
    async 'hand-over'() {
      const { code } = await client().shop.handOver();
      const phone = client().miniprogram;
      const url = phone ? `${phone}?handover=${code}` : '';
      openSheet({ kind: 'handover', code, url, svg: await codeOf(url || code) });
    },
  };
}

/** Whoever came by a link is counted for its sharer, once. */
export async function openLink({ shop }, share) {
  await shop.openShare(share);
  await shop.sync();
  // One's own link, or one that has run out, is no mistake of the shopper's.
  shop.rejected.filter(({ k }) => k === 'share.open').forEach(({ u }) => shop.dismiss(u));
}
