// The figures of a simulation for people and for programs.
import { yuan } from '../money.js';
import { section, table } from './report.js';

// The rules whose sums change most come first.
const change = ({ old, new: next }) => Math.abs(next.fen - old.fen);
const rulesOf = ({ rules }) => Object.keys(rules)
  .sort((a, b) => change(rules[b]) - change(rules[a]) || (a < b ? -1 : 1))
  .map((id) => [id, rules[id]]);

const sorted = (refused) => Object.fromEntries(Object.keys(refused).sort()
  .map((code) => [code, refused[code]]));

/** Names as on the wire. Money is in fen; a positive difference is paid by the shopper. */
export function simulationAsJson(figures) {
  const { orders, compared, goodsDiffer, refused, more, less, same, losers, winners } = figures;
  const sideOf = ({ totals, exact, refused: codes }) =>
    ({ totals, exact, refused: sorted(codes) });
  return {
    orders, compared, goods_differ: goodsDiffer, refused,
    more, less, same,
    difference: more.fen + less.fen,
    old: sideOf(figures.old), new: sideOf(figures.new),
    rules: Object.fromEntries(rulesOf(figures)),
    losers, winners,
  };
}

const signed = (fen) => `${fen > 0 ? '+' : ''}${yuan(fen)}`;

const orderRows = (list) => (list.length === 0 ? [] : [
  ['order', 'old', 'new', 'difference'],
  ...list.map(({ order, old, new: next, difference }) =>
    [order, yuan(old), yuan(next), signed(difference)]),
]);

const refusedRows = (codes) => Object.entries(sorted(codes)).map(([code, { orders, first }]) =>
  [code, String(orders), `line ${first.line}${first.path && ` ${first.path}`}: ${first.message}`]);

export function simulationAsTable(figures) {
  const { orders, compared, goodsDiffer, refused, more, less, same, losers, winners } = figures;
  const keys = Object.keys(figures.old.totals);
  const rules = rulesOf(figures);
  return table([
    ['orders', String(orders)],
    ['compared', String(compared)],
    ['sold by one book only', String(goodsDiffer)],
    ['refused', String(refused)],
  ])
    + section('Who pays', [
      ['', 'orders', 'yuan'],
      ['more', String(more.orders), signed(more.fen)],
      ['less', String(less.orders), signed(less.fen)],
      ['the same', String(same), yuan(0)],
      ['together', String(compared), signed(more.fen + less.fen)],
    ])
    + section('Totals, yuan', keys.length === 0 ? [] : [
      ['', 'old', 'new', 'difference'],
      ...keys.map((key) => {
        const [old, next] = [figures.old.totals[key], figures.new.totals[key]];
        return [key, yuan(old), yuan(next), signed(next - old)];
      }),
    ])
    + section('Rules: orders and yuan', rules.length === 0 ? [] : [
      ['', 'old', '', 'new', '', 'difference'],
      ...rules.map(([id, { old, new: next }]) => [id, String(old.orders), yuan(old.fen),
        String(next.orders), yuan(next.fen), signed(next.fen - old.fen)]),
    ])
    + section('Pay most more', orderRows(losers))
    + section('Save most', orderRows(winners))
    + section('Refused by the old book: orders, first line', refusedRows(figures.old.refused))
    + section('Refused by the new book: orders, first line', refusedRows(figures.new.refused));
}
