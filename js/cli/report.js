// The figures of a replay for people and for programs.
import { yuan } from '../money.js';

const comparison = ({ differences }) => (differences === null ? 'not compared' : differences);

// Names as on the wire; what the receipt calls a thing, the figures call it too.
export function asJson(figures) {
  const { orders, priced, lines, exact, gap, totals, rules, coupons, gifts, warnings, refused,
    firstRefused, engine, jobs, seconds, ordersPerSecond } = figures;
  return {
    engine, jobs, seconds: Number(seconds.toFixed(3)), orders_per_s: ordersPerSecond,
    orders, priced, lines, totals, rules, coupons, gifts, warnings,
    refused: Object.fromEntries(Object.keys(refused).sort()
      .map((code) => [code, { orders: refused[code], first: firstRefused[code] }])),
    exact: { orders: exact, share: priced === 0 ? null : exact / priced, gap_fen: gap },
    differences: comparison(figures),
  };
}

// Rows of cells; the first column is text, the others are numbers.
export function table(rows) {
  const widths = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] || 0, cell.length);
    });
  }
  return rows.map((row) => `  ${row
    .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join('  ').trimEnd()}\n`).join('');
}

const cutRows = (cuts) => Object.keys(cuts)
  .sort((a, b) => cuts[b].fen - cuts[a].fen || (a < b ? -1 : 1))
  .map((id) => [id, String(cuts[id].orders), yuan(cuts[id].fen)]);

export const section = (title, rows) => (rows.length === 0 ? '' : `\n${title}\n${table(rows)}`);

export function asTable(figures) {
  const { orders, priced, lines, exact, gap, totals, rules, coupons, gifts, warnings, refused,
    firstRefused, engine, jobs, seconds, ordersPerSecond } = figures;
  const refusedOrders = orders - priced;
  const share = priced === 0 ? 'nothing priced' : `${((exact / priced) * 100).toFixed(2)} %`;
  return table([
    ['orders', String(orders)],
    ['priced', String(priced)],
    ['refused', String(refusedOrders)],
    ['lines', String(lines)],
    ['exact', share],
    ...(gap > 0 ? [['still to gain, at most', yuan(gap)]] : []),
    ['orders/s', String(ordersPerSecond)],
  ])
    + `  ${engine}, ${jobs} ${jobs === 1 ? 'worker' : 'workers'}, ${seconds.toFixed(2)} s\n`
    + section('Totals, yuan', Object.keys(totals).map((key) => [key, yuan(totals[key])]))
    + section('Rules: orders, yuan', cutRows(rules))
    + section('Coupons picked: orders, yuan', cutRows(coupons))
    + section('Gifts: pieces', Object.keys(gifts).sort().map((sku) => [sku, String(gifts[sku])]))
    + section('Warnings', Object.keys(warnings).sort()
      .map((code) => [code, String(warnings[code])]))
    + section('Refused: orders, first line', Object.keys(refused).sort().map((code) => {
      const { line, path, message } = firstRefused[code];
      return [code, String(refused[code]), `line ${line}${path && ` ${path}`}: ${message}`];
    }))
    + `\ndifferences: ${comparison(figures)}`
    + `${figures.differences === null ? ` (${figures.whyNotCompared})` : ''}\n`;
}
