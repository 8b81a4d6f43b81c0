// What several pages are made of. Every tap is a button with data-act and data-arg; main.js knows
// what each act does.
import { html } from './html.js';
import { icon } from './icons.js';
import { artSvg } from './art.js';

const priceText = (yuan, kind, rolls) => html`<price-text role="img" class="${kind}"
  yuan="${yuan}" aria-label="${yuan}元" ${rolls && html`roll`}></price-text>`;

export const price = (yuan, kind = '') => priceText(yuan, kind, false);
export const rollingPrice = (yuan, kind = '') => priceText(yuan, kind, true);

// A short name for each drawing: as data: URLs they made a repaint parse 100 KB of text.
const drawn = new Map();
function artUrl(art) {
  if (!drawn.has(art)) {
    const svg = new Blob([artSvg(art)], { type: 'image/svg+xml' });
    drawn.set(art, URL.createObjectURL(svg));
  }
  return drawn.get(art);
}

const noArt = {};
export function picture({ text: { skus } }, sku, kind = 'art') {
  const { art = noArt } = skus[sku] || {};
  return html`<img class="${kind}" src="${artUrl(art)}" alt="" width="96" height="96">`;
}

export const button = (act, arg, kind, content, more = '') =>
  html`<button type="button" class="${kind}" data-act="${act}" data-arg="${arg}" ${more}>${
    content}</button>`;

/** less and more: [act, arg]. */
export function stepper(qty, less, more, name) {
  const minus = qty > 0 && [
    button(...less, 'round light', icon('minus', `减少${name}`)),
    html`<span class="count" aria-label="数量${qty}">${qty}</span>`,
  ];
  return html`<span class="stepper">${minus}${
    button(...more, 'round', icon('plus', `添加${name}`))}</span>`;
}

export const checkbox = (isOn, act, arg, label) =>
  button(act, arg, `check ${isOn ? 'on' : ''}`, isOn ? icon('check') : '',
    html`role="checkbox" aria-checked="${isOn}" aria-label="${label}"`);

export const toggle = (isOn, act, label) =>
  button(act, isOn ? 'off' : 'on', `switch ${isOn ? 'on' : ''}`, html`<i></i>`,
    html`role="switch" aria-checked="${isOn}" aria-label="${label}"`);

export const fulfilmentSwitch = (fulfilment, [pickup, delivery]) => html`
  <div class="segmented" role="group" aria-label="取餐方式">
    ${[['pickup', pickup, 'cup'], ['delivery', delivery, 'bike']].map(([id, name, picture]) =>
    button('fulfilment', id, fulfilment === id ? 'on' : '', [icon(picture), name],
      html`aria-pressed="${fulfilment === id}"`))}
  </div>`;

/** '运费¥4.00，再买¥6.30免运费', or that nobody rides there. */
export function freightNote({ view, priced: { receipt } }) {
  const isOut = receipt.submit.reason === 'NO_DELIVERY';
  const text = isOut ? '有商品不能送到这个地址，请换一个地址或改为自提' : view.freight;
  return text && html`<p class="freight ${isOut ? 'no' : ''}">${text}</p>`;
}

export const pageHead = (title, more = '') => html`
  <header class="page-head">
    ${button('back', '', 'back', icon('back', '返回'))}<h1 tabindex="-1">${title}</h1>${more}
  </header>`;

export const sheet = (kind, title, body, foot = '') => html`
  <div class="backdrop" data-act="close-sheet" data-key="backdrop"></div>
  <section class="sheet sheet-${kind}" data-key="sheet-${kind}" role="dialog" aria-modal="true"
      aria-label="${title}" tabindex="-1">
    <header><h2>${title}</h2>${button('close-sheet', '', 'close', icon('close', '关闭'))}</header>
    <div class="sheet-body">${body}</div>
    ${foot && html`<footer>${foot}</footer>`}
  </section>`;

/** The bar at the bottom: total, what it saves, and the way on. `left` is the page's own. */
export function bottomBar(app, left, act) {
  const { view } = app;
  const isUnknown = app.isPending;
  const isFreightOut = app.cart.fulfilment === 'delivery' && view.isFreightOut;
  const notes = isUnknown ? [] : [isFreightOut && '不含运费', view.totalNote].filter(Boolean);
  const caption = notes.length > 0 ? `（${notes.join('，')}）` : '';
  const { text, isEnabled } = view.submit;
  return html`<footer class="bar">${left}
    <div class="sum">
      <p>合计 ${rollingPrice(isUnknown ? '--' : view.total, 'total')}<small>${caption}</small></p>
      ${!isUnknown && view.saved && html`<p class="saved">已优惠 ¥${view.saved} ${
        button('sheet', 'detail', 'link', ['明细', icon('up')])}</p>`}
    </div>
    ${button(act, '', 'submit', text, isEnabled && !isUnknown ? '' : html`disabled`)}
  </footer>`;
}

/** What a screen reader hears after a tap. */
export const spokenTotal = ({ view }) => html`<p class="spoken" role="status">${
  view.count}件，合计${view.total}元${view.saved && `，已优惠${view.saved}元`}</p>`;
