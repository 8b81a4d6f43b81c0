// Line icons on a 24 × 24 grid, in the colour of the text around them.
import { html } from './html.js';

const paths = {
  back: 'M15 5l-7 7 7 7',
  more: 'M9 6l6 6-6 6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  up: 'M6 15l6-6 6 6',
  cup: 'M5 8h14l-1.5 11a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM4 8l1-3h14l1 3M13 5l1-4',
  bike: 'M6 19a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM18 19a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z'
    + 'M8.5 16.5h7L13.5 6H17M4 11h5l3 5.5',
  bag: 'M6 8h12l1 12.5H5zM9 11V6.5a3 3 0 0 1 6 0V11',
  store: 'M4 10v10h16V10M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0M10 20v-5h4v5',
  pin: 'M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12zM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0'
    + ' 0 0 0 5z',
  share: 'M5 12v8h14v-8M12 15V4M8 8l4-4 4 4',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5',
};

export const icon = (name, label = '') => html`<svg class="icon" viewBox="0 0 24 24"
  fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
  stroke-linejoin="round" ${label ? html`role="img" aria-label="${label}"`
  : html`aria-hidden="true"`}><path d="${paths[name]}"/></svg>`;
