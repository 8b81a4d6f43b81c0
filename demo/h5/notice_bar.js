// The lines under the head of the page: what the state of the network, of prices and of the order
// is, one at a time, with what can be done about it. The words are shopView's.
import { html } from './html.js';
import { button } from './parts.js';

const intentActions = {
  waiting: '',
  confirm: ['intent-confirm', '确认提交'],
  expired: ['intent-drop', '知道了'],
};

function intentBar({ said: { intent } }) {
  if (!intent.state) return '';
  const [act, text] = intentActions[intent.state] || [];
  return html`<p class="notice intent" role="status" data-intent="${intent.state}">
    <span>${intent.text}（¥${intent.shown}）</span>${act && button(act, '', 'link', text)}${
  intent.state === 'confirm' && button('intent-drop', '', 'link', '取消')}</p>`;
}

const rejectedBar = ({ said: { rejected } }) => rejected.length > 0 && html`
  <p class="notice rejected" role="status"><span>有 ${rejected.length} 项操作未成功</span>${
  button('sheet', 'rejected', 'link', '查看')}</p>`;

export function noticeBar(app) {
  const { kind, text } = app.notice;
  return html`${text && html`<p class="notice" role="status" data-kind="${kind}"><span>${text}
    </span>${kind === 'login' && button('login', '', 'link', '重新登录')}</p>`}${
    intentBar(app)}${rejectedBar(app)}`;
}
