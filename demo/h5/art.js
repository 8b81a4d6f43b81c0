// Pictures of the goods, drawn from `text.skus[id].art` of the book: a shop without photographs
// still has to look like one, and a drawing of 1 KB loads with the page.
//
// art = { kind: 'cup', from, to, bits?, top? } with two colours of the drink, or { kind } of a
// bakery or retail product.

const dot = (x, y, r, fill, extra = '') =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${extra}/>`;

const pearls = [[36, 76], [43, 79], [51, 78], [58, 76], [40, 71], [48, 73], [55, 70], [61, 70],
  [35, 68]];

// What swims in the cup. Places are inside the cup's lower half, clipped by its outline.
const bits = {
  pearl: () => pearls.map(([x, y]) =>
    dot(x, y, 3.6, '#2b1a12') + dot(x - 1, y - 1.2, 1, '#fff', 'opacity=".45"')).join(''),
  bean: () => pearls.map(([x, y], i) =>
    `<ellipse cx="${x}" cy="${y}" rx="3.8" ry="2.7" fill="#7a2b22"
      transform="rotate(${i * 37} ${x} ${y})"/>`).join(''),
  taro: () => '<path d="M30 66q5-5 10 0t10 0 10 0 8 0v20H30z" fill="#8f74ad" opacity=".9"/>'
    + '<path d="M31 72q5-4 10 0t10 0 10 0 8 0" fill="none" stroke="#b9a2cd" stroke-width="2"/>',
  fruit: (art) => [[38, 74, -12], [50, 77, 20], [58, 70, 8], [43, 66, 30], [53, 62, -20]]
    .map(([x, y, turn]) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" rx="2.4"
      fill="${art.from}" stroke="#fff" stroke-opacity=".45"
      transform="rotate(${turn} ${x} ${y})"/>`).join(''),
  grape: (art) => [[39, 75], [50, 77], [59, 72], [44, 67], [54, 65]].map(([x, y]) =>
    dot(x, y, 5, art.from, 'stroke="#fff" stroke-opacity=".5"')
    + dot(x - 1.5, y - 1.8, 1.3, '#fff', 'opacity=".6"')).join(''),
  orange: () => slice(41, 60, 10, '#f7a11b', '#ffd980') + slice(56, 72, 9, '#f7a11b', '#ffd980'),
  lemon: () => slice(41, 60, 10, '#e3bf1f', '#fbf1a4') + slice(56, 73, 9, '#e3bf1f', '#fbf1a4'),
  flower: () => [[40, 62], [55, 58], [48, 70], [58, 74], [38, 76]].map(([x, y]) =>
    [0, 90, 180, 270].map((turn) => `<ellipse cx="${x}" cy="${y - 2.2}" rx="1.3" ry="2.1"
      fill="#f6c64b" transform="rotate(${turn} ${x} ${y})"/>`).join('')).join(''),
  seed: () => pearls.concat([[45, 62], [56, 61], [50, 55]]).map(([x, y], i) =>
    `<ellipse cx="${x}" cy="${y}" rx="1.1" ry="1.8" fill="#2d2416"
      transform="rotate(${i * 50} ${x} ${y})"/>`).join(''),
  crumb: () => [[37, 33], [44, 29], [52, 31], [58, 34], [48, 35]].map(([x, y], i) =>
    `<rect x="${x}" y="${y}" width="4" height="3" rx="1" fill="#3a2117"
      transform="rotate(${i * 33} ${x} ${y})"/>`).join(''),
};

function slice(x, y, r, rind, flesh) {
  const spokes = [0, 60, 120].map((turn) => `<path d="M${x - r + 2} ${y}h${2 * r - 4}"
    stroke="#fff" stroke-width="1" opacity=".8" transform="rotate(${turn} ${x} ${y})"/>`);
  return dot(x, y, r, rind) + dot(x, y, r - 1.8, flesh) + spokes.join('');
}

const lids = {
  flat: '<rect x="25" y="25" width="46" height="7" rx="3.5" fill="#fff"/>'
    + '<rect x="25" y="29" width="46" height="3" rx="1.5" fill="#e6e1da"/>'
    + '<path d="M52 27 57 6" stroke="#FA4126" stroke-width="4" stroke-linecap="round"/>',
  foam: '<path d="M27 36c-3-8 6-13 12-10 3-7 15-7 18 0 8-3 15 3 12 10z" fill="#fffaf0"/>'
    + '<path d="M33 31c4-3 8-2 10 0" stroke="#f0dfbf" stroke-width="1.6" fill="none"/>'
    + '<rect x="25" y="33" width="46" height="5" rx="2.5" fill="#fff8ea"/>',
  cream: '<path d="M28 36c-4-6 2-11 7-10 0-7 9-8 11-4 1-8 5-10 6-12 3 4 4 8 2 12 5-3 12 1 9 7'
    + ' 4 1 6 4 4 7z" fill="#fffdf8"/>'
    + '<path d="M34 30c7 2 17 2 26-2M40 23c5 2 11 1 15-1" stroke="#eadfcd" stroke-width="1.6"'
    + ' fill="none"/>',
};

const OUTLINE = 'M27 31h42l-5 50a6 6 0 0 1-6 5H38a6 6 0 0 1-6-5z';

function cup(art) {
  const drawn = bits[art.bits];
  const crumbs = art.bits === 'crumb' ? bits.crumb() : '';
  return `<defs><linearGradient id="d" x1="0" y1="1" x2="0" y2="0">
      <stop offset=".1" stop-color="${art.from}"/><stop offset=".85" stop-color="${art.to}"/>
    </linearGradient><clipPath id="c"><path d="${OUTLINE}"/></clipPath></defs>
    <ellipse cx="48" cy="88" rx="20" ry="3" fill="#000" opacity=".08"/>
    <path d="${OUTLINE}" fill="url(#d)"/>
    <g clip-path="url(#c)">${drawn && !crumbs ? drawn(art) : ''}
      <path d="M29 34h6l3 52h-6z" fill="#fff" opacity=".32"/></g>
    <path d="${OUTLINE}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="1.6"/>
    <g transform="translate(49 50)"><circle r="8" fill="#fff" opacity=".94"/>
      <path d="M-4 3c0-6 4-8 9-8 0 6-4 9-9 8zm0 0 5-5" fill="#2f7d5b" stroke="#fff"
        stroke-width=".8"/></g>
    ${lids[art.top] || lids.flat}${crumbs}`;
}

const crust = '#d98b3a';
const goods = {
  croissant: `<path d="M14 62c4-22 22-34 36-34s30 10 33 30c-6 7-14 6-18-1-9-5-21-4-29 2-4 9-15
      11-22 3z" fill="${crust}"/><path d="M36 32l6 26M54 28l0 27M70 36l-6 20M22 46l14 13"
      stroke="#a8601f" stroke-width="2.4" stroke-linecap="round"/>
    <path d="M20 54c5-14 16-21 27-21" stroke="#f3c17e" stroke-width="3" fill="none"
      stroke-linecap="round"/>`,
  roll: `<ellipse cx="48" cy="56" rx="34" ry="20" fill="${crust}"/>
    <path d="M22 48c16-14 38-14 52 0M20 58c18-12 40-12 56 0" stroke="#f0bd7b" stroke-width="4"
      fill="none" stroke-linecap="round"/>
    ${[[38, 42], [48, 40], [58, 43], [44, 52], [54, 51]].map(([x, y]) => dot(x, y, 1.4, '#fff'))
    .join('')}`,
  bun: `<path d="M16 60c0-20 16-30 32-30s32 10 32 30c0 8-6 11-14 11H30c-8 0-14-3-14-11z"
      fill="#9db86b"/><path d="M24 52c4-10 13-15 22-15" stroke="#c8dba3" stroke-width="4"
      fill="none" stroke-linecap="round"/><path d="M40 64h16v6H40z" fill="#f3efe2"/>`,
  tart: `<path d="M16 46h64l-9 24a6 6 0 0 1-6 4H31a6 6 0 0 1-6-4z" fill="#c9792c"/>
    <path d="M30 48l4 25M42 48l2 25M54 48l-2 25M66 48l-4 25" stroke="#9f5a1b" stroke-width="2"/>
    <ellipse cx="48" cy="45" rx="33" ry="12" fill="#e9a94f"/>
    <ellipse cx="48" cy="44" rx="27" ry="9" fill="#ffd84d"/>
    <ellipse cx="42" cy="43" rx="7" ry="3" fill="#9c5a18" opacity=".55"/>
    <ellipse cx="57" cy="46" rx="5" ry="2" fill="#9c5a18" opacity=".45"/>`,
  cake: `<path d="M16 44v22c0 7 14 12 32 12s32-5 32-12V44z" fill="#f6e2b8"/>
    <ellipse cx="48" cy="44" rx="32" ry="13" fill="#6e3c1b"/>
    <ellipse cx="48" cy="42.5" rx="30" ry="11" fill="#8b5126"/>
    <path d="M30 39c8-4 20-5 30-2" stroke="#b67a45" stroke-width="3" fill="none"
      stroke-linecap="round"/>`,
  box: `<rect x="17" y="30" width="62" height="46" rx="6" fill="#fff7ea" stroke="#e7d6b8"/>
    <rect x="21" y="46" width="54" height="10" fill="#c79a66"/>
    <rect x="21" y="56" width="54" height="8" fill="#fff3dc"/>
    <rect x="21" y="64" width="54" height="8" fill="#c79a66"/>
    <rect x="21" y="34" width="54" height="12" fill="#5d351d"/>
    ${[[28, 39], [39, 41], [50, 38], [61, 42], [69, 38]].map(([x, y]) => dot(x, y, 1.6, '#83522f'))
    .join('')}`,
  slice: `<path d="M14 62 66 34l16 16v18L30 78z" fill="#e9cfa0"/>
    <path d="M14 62 66 34l16 16-52 24z" fill="#f7e7c8"/><path d="M14 62v9l16 7v-6z"
      fill="#d8b67d"/><path d="M30 76l52-17" stroke="#fff" stroke-width="4"/>
    ${[[34, 60], [46, 54], [58, 50], [66, 46], [48, 62]].map(([x, y]) => dot(x, y, 1.2, '#8a7350'))
    .join('')}`,
  bag: `<path d="M24 36h48l5 44H19z" fill="#efe3cb"/><path d="M34 40V28c0-16 28-16 28 0v12"
      fill="none" stroke="#c9b48b" stroke-width="4"/>
    <path d="M38 66c0-14 9-18 20-18 0 14-9 21-20 18zm0 0 11-11" fill="#2f7d5b" stroke="#fff"/>`,
  pack: `<path d="M24 24h48v56H24z" fill="#2f7d5b"/><path d="M24 24h48v10H24z" fill="#256549"/>
    <circle cx="48" cy="56" r="14" fill="#f4ead2"/><path d="M40 60c0-9 6-12 14-12 0 9-6 14-14
      12zm0 0 8-7" fill="#2f7d5b" stroke="#f4ead2"/>`,
  card: '<path d="M14 28h68v42H14z" fill="#2b2a2e"/><path d="M14 38h68v7H14z" fill="#d9b36c"/>',
  tumbler: `<rect x="34" y="12" width="28" height="12" rx="4" fill="#3c4440"/>
    <path d="M31 24h34l-3 56a6 6 0 0 1-6 5H40a6 6 0 0 1-6-5z" fill="#35735a"/>
    <path d="M36 28h5l2 52h-5z" fill="#fff" opacity=".22"/>
    <path d="M43 58c0-8 5-11 12-11 0 8-5 13-12 11zm0 0 7-7" fill="#f4ead2"/>`,
};

function shade(art) {
  if (art.kind === 'cup') return art.to;
  return { pack: '#dfeae2', bag: '#e3ece6', tumbler: '#dfeae2' }[art.kind] || '#fbe9cf';
}

/** An SVG of 96 × 96 as text. */
export function artSvg(art = {}) {
  const body = art.kind === 'cup' ? cup(art) : goods[art.kind] || '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
    <rect width="96" height="96" fill="#f7f3ec"/>
    <rect width="96" height="96" fill="${shade(art)}" opacity=".42"/>${body}</svg>`
    .replace(/\s+/g, ' ').replace(/> </g, '><');
}

/** The same as a data: URL. */
export const artUrl = (art) => `data:image/svg+xml,${encodeURIComponent(artSvg(art))}`;
