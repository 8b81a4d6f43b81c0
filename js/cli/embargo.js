// What a book keeps to itself until its time is near: rules that start later stay with the
// merchant, so that nobody reads next week's offers out of the bytes of today.
import { utcOffsetOf } from './book_json.js';

/** When a rule starts, in Unix seconds; -Infinity for one that has no start. */
function startOf({ window: { from } = {} }, utcOffsetS) {
  return from === undefined ? -Infinity : Date.parse(`${from}Z`) / 1000 - utcOffsetS;
}

/**
 * { book, withheld: [{rule, from}], again }: the book without the rules that start more than
 * `seconds` after `now`, what was left out, and when it has to be published again: `seconds` before
 * the first of them starts, null when nothing was left out.
 */
export function underEmbargo(book, seconds, now) {
  const offsetS = utcOffsetOf(book);
  const isLate = (rule) => startOf(rule, offsetS) > now + seconds;
  const late = book.rules.rules.filter(isLate);
  const withheld = late.map((rule) => ({ rule: rule.id, from: startOf(rule, offsetS) }));
  return {
    book: { ...book, rules: { ...book.rules, rules: book.rules.rules.filter((r) => !isLate(r)) } },
    withheld,
    again: late.length > 0 ? Math.min(...withheld.map(({ from }) => from)) - seconds : null,
  };
}
