// §3.6: add-on lines (换购), which one rule sells cheaper and no other rule sees.

import { pieceValues } from './pieces.js';
import { sum } from './numbers.js';

const linesOfRule = (ctx, rule) => ctx.priced.filter((line) => line.addOn === rule.id);

/** Which pieces of each add-on line of a rule get its price: {line, taken}. */
function takenPieces(ctx, rule) {
  const { max = 1 } = rule.gives[0].add_on;
  let room = ctx.mutant === 'add_on_without_max' ? Infinity : max;
  return linesOfRule(ctx, rule).map((line) => {
    const taken = Math.min(line.qty, room);
    room -= taken;
    return { line, taken };
  });
}

/** The cut of an add-on rule whose condition holds: {eligible, cuts} over add-on segments. */
export function addOnCuts(ctx, rule) {
  const { options } = rule.gives[0].add_on;
  const eligible = [];
  const cuts = [];
  for (const { line, taken } of takenPieces(ctx, rule)) {
    const { price } = options.find(({ sku }) => sku === line.sku.id);
    const segment = ctx.segments.find((entry) => entry.line === line.index);
    const values = pieceValues(ctx, segment.left, segment.qty).slice(0, taken);
    const off = Math.max(0, line.price - price);
    const room = Math.max(0, segment.left - segment.floor);
    eligible.push(segment.index);
    cuts.push(Math.min(room, sum(values.map((value) => Math.min(off, value)))));
  }
  return { eligible, cuts };
}

/** What the receipt says: lines that lost their price, and options still to take. */
export function addOnResults(ctx, holds) {
  const lost = [];
  const open = [];
  for (const rule of ctx.rules) {
    const give = rule.gives[0].add_on;
    if (!give) continue;
    const taken = holds(rule) ? takenPieces(ctx, rule) : [];
    for (const line of linesOfRule(ctx, rule)) {
      const got = taken.find((entry) => entry.line === line)?.taken ?? 0;
      if (got < line.qty) lost.push(line.id);
    }
    const { max = 1, options } = give;
    const used = sum(taken.map((entry) => entry.taken));
    if (!holds(rule) || used >= max) continue;
    for (const { sku, price } of options) {
      open.push({ rule: rule.id, sku, price, max, taken: used });
    }
  }
  return { lost: lost.sort(), open };
}
