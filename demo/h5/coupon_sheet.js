// S4: the coupon sheet. What is picked here is a draft: every tap is priced, nothing is taken over
// before 确定.
import { html } from './html.js';
import { icon } from './icons.js';
import { couponSheetView } from 'suanpan/view';
import { button, sheet } from './parts.js';

const face = ({ face: text, isMoney }) => (isMoney
  ? html`<b class="face money"><i>¥</i>${text}</b>` : html`<b class="face">${text}</b>`);

// What stands beside a shop coupon because it is of another kind of slot.
const STACKABLE = { platform_coupon: '平台券', freight: '运费券' };

function card(names, rules) {
  return (one) => {
    const rule = names.rules[rules.get(one.id)];
    const kind = rule && STACKABLE[rule.stage];
    return html`<li data-key="${one.id}">${button(one.isUsable ? 'pin' : 'none', one.id,
      `coupon-card ${one.isPicked ? 'on' : ''} ${one.isUsable ? '' : 'unusable'}`, html`
      ${face(one)}
      <span class="text"><strong>${one.title}${kind && html`<em>${kind}</em><em>可叠加</em>`}</strong>
        <small>${one.terms}</small><small>${one.until}</small>
        ${one.reason && html`<small class="reason">${one.reason}</small>`}</span>
      <span class="mark">${one.isUsable && html`<i class="check ${one.isPicked ? 'on' : ''}">${
        one.isPicked ? icon('check') : ''}</i>`}</span>`,
    html`aria-pressed="${one.isPicked}" ${one.isUsable ? '' : html`aria-disabled="true"`}
      data-reason="${one.reason}"`)}</li>`;
  };
}

export function couponSheet(app) {
  const { ui: { draft }, shop: { names, shopper } } = app;
  const { receipt, best, none, isNone } = draft;
  const view = couponSheetView(receipt, best, names, shopper.coupons, none);
  const rules = new Map(shopper.coupons.map(({ id, rule }) => [id, rule]));
  const tabs = [['usable', '可使用', view.usable], ['unusable', '不可使用', view.unusable]];
  const [, , cards] = tabs.find(([id]) => id === draft.tab);
  const isBest = view.isBest && !isNone;
  const recommended = draft.tab === 'usable' && view.best && button('pin-best', '',
    `recommended ${isBest ? 'on' : ''}`, html`<span>推荐组合 <b>共省¥${view.best}</b></span>
      <i class="check ${isBest ? 'on' : ''}">${isBest ? icon('check') : ''}</i>`,
    html`aria-pressed="${isBest}"`);
  return sheet('coupons', '优惠券', html`
    <div class="tabs" role="tablist">${tabs.map(([id, name, list]) => button('coupon-tab', id,
    id === draft.tab ? 'on' : '', `${name}（${list.length}）`,
    html`role="tab" aria-selected="${id === draft.tab}"`))}</div>
    ${recommended}
    <ul class="coupon-list">${cards.length > 0 ? cards.map(card(names, rules))
      : html`<li class="note">暂无</li>`}</ul>`,
  html`<p class="lost" role="status">${view.lost && `比推荐组合少省¥${view.lost}`}</p>
    <div class="two">${button('pin-none', '', `plain ${isNone ? 'on' : ''}`, '不使用优惠券')}${
    button('coupons-done', '', 'submit', view.confirm)}</div>`);
}
