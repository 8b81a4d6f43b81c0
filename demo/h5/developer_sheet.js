// S9, the developer panel: what runs here, and what can go wrong on purpose. The shop's side of it
// is demo/panel.js; the network's is the wire of client.js.
import { post } from './ask.js';
import { wire } from './client.js';
import { html } from './html.js';
import { button, sheet, toggle } from './parts.js';

const row = (label, value) => html`<div class="row"><span>${label}</span>
  <span class="value">${value}</span></div>`;

const flip = (label, isOn, act) => html`<div class="row"><span>${label}</span>
  ${toggle(isOn, act, label)}</div>`;

export function developerSheet({ client, priced, said }) {
  const { status } = client.shop;
  const { book } = status;
  const took = priced.tookUs === null ? '服务器' : `${(priced.tookUs / 1000).toFixed(2)} ms`;
  return sheet('developer', '开发者面板', html`
    ${row('引擎', client.build)}${row('计价', took)}
    ${row('规则书', book ? `${book.epoch}.${book.ver} · ${book.digest.slice(0, 8)}` : '—')}
    ${row('价格', status.isFresh ? '有效' : '估算')}
    ${row('会员', status.member || '访客')}
    ${row('待同步', said.pending || '0')}
    ${flip('模拟断网', wire.isCut, 'dev-cut')}
    ${flip(`乱序重放（已重放 ${wire.heard} 次）`, wire.isChaotic, 'dev-chaos')}
    <div class="two">${button('dev-price', '', 'plain', '改价 +¥1')}${
  button('dev-expire', '', 'plain', '券过期')}</div>
    <div class="two">${button('dev-sold', '', 'plain', '售罄')}${
  button('dev-reset', '', 'plain', '恢复')}</div>
    <p class="note">改价、券过期、售罄由商家发布新一版已签名的规则书，本页在下次同步时取得</p>`);
}

/** Acts of the panel; client(), cart() and priced() give what is there now. */
export function developerActs({ client, cart, priced, say }) {
  async function publish(name, args, missing) {
    if (args === null) {
      say(missing);
      return;
    }
    await post(`./demo/${name}`, args);
    await client().shop.sync();
  }
  const first = () => cart().lines.find(({ isSelected }) => isSelected);
  const picked = () => priced().receipt.coupons.find(({ state }) => state === 'picked');
  const skuArgs = () => (first() ? { sku: first().sku } : null);
  return {
    'dev-cut': (arg) => {
      wire.isCut = arg === 'on';
      client().shop.reach(!wire.isCut);
    },
    'dev-chaos': (arg) => { wire.isChaotic = arg === 'on'; },
    'dev-price': () => publish('price', skuArgs(), '先往购物车里加一件商品'),
    'dev-sold': () => publish('sold', skuArgs(), '先往购物车里加一件商品'),
    'dev-expire': () => publish('expire', picked() ? { rule: picked().rule } : null,
      '当前没有选用的优惠券'),
    'dev-reset': () => publish('reset', {}),
  };
}
