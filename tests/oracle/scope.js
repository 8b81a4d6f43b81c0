// Whom and what a rule is for: scopes, windows, members (src/README.md §1.2).

/** A line is in a scope by its SKU and by the catalogue's price of it. */
export function inScope(scope, line) {
  if (scope === undefined || scope === 'all') return true;
  const { sku } = line;
  const { price } = sku;
  const named = (lists) =>
    (lists.skus ?? []).includes(sku.id) ||
    (sku.spu !== undefined && (lists.spus ?? []).includes(sku.spu)) ||
    (lists.tags ?? []).some((tag) => (sku.tags ?? []).includes(tag));
  if ((scope.skus || scope.spus || scope.tags) && !named(scope)) return false;
  if (scope.price_between) {
    const [lo, hi] = scope.price_between;
    if (price < lo || price > hi) return false;
  }
  return !(scope.exclude && named(scope.exclude));
}

/** The members of a rule's scope that look at the store of a line, and at how it is handed over. */
export function inPlace(ctx, scope, line) {
  const handed = scope?.fulfilment?.includes(line.fulfilment) ?? true;
  if (!handed && ctx.mutant !== 'fulfilment_ignored') return false;
  if (ctx.mutant === 'stores_ignored') return true;
  if (!scope?.stores && !scope?.store_tags) return true;
  if ((scope.stores ?? []).includes(line.store)) return true;
  const tags = ctx.stores.get(line.store)?.tags ?? [];
  return (scope.store_tags ?? []).some((tag) => tags.includes(tag));
}

const secondsOfDay = (text) => Number(text.slice(0, 2)) * 3600 + Number(text.slice(3, 5)) * 60;

/** Civil seconds since 1970-01-01 00:00 of the book's own clock. */
export const civil = (ctx, moment) => moment + (ctx.book.rules.utc_offset_s ?? 28800);

export function inWindow(ctx, window) {
  if (!window) return true;
  const moment = { order: ctx.now, pay: ctx.payAt, fulfilment: ctx.fulfilAt }[window.at ?? 'order'];
  const at = civil(ctx, moment);
  const read = (text) => Date.parse(`${text}Z`) / 1000;
  if (window.from !== undefined && at < read(window.from)) return false;
  if (window.to !== undefined && at >= read(window.to)) return false;
  const day = Math.floor(at / 86400);
  const second = at - day * 86400;
  // 1970-01-01 was a Thursday, number 4.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  const opensOn = (number) => !window.weekdays || window.weekdays.includes(number);
  if (!window.daily) return opensOn(weekday);
  return window.daily.some(([begin, end]) => {
    const [from, to] = [secondsOfDay(begin), secondsOfDay(end)];
    if (from < to) return opensOn(weekday) && from <= second && second < to;
    if (second >= from) return opensOn(weekday);
    // What began the evening before goes on until the morning, whatever day that is.
    const began = ctx.mutant === 'night_of_morning' ? weekday : weekday === 1 ? 7 : weekday - 1;
    return second < to && opensOn(began);
  });
}

/** Is the civil date of now the member's birthday, or in its month? */
export function isBirthday(ctx, span) {
  const birthday = ctx.member.birthday;
  if (!birthday) return false;
  const date = new Date(civil(ctx, ctx.now) * 1000);
  const today = date.toISOString().slice(5, 10);
  if (span === 'month') return today.slice(0, 2) === birthday.slice(0, 2);
  const leap = new Date(Date.UTC(date.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
  const kept = birthday === '02-29' && !leap && ctx.mutant !== 'leap_day' ? '02-28' : birthday;
  return today === kept;
}

/** `for`: all that stands must hold; what is not said of the member does not hold. */
export function isFor(ctx, wanted) {
  if (!wanted) return true;
  const { member, now } = ctx;
  const has = (list, own = []) => list.some((entry) => own.includes(entry));
  const age = member.registered_at === undefined ? null : now - member.registered_at;
  const tests = {
    tiers: (list) => list.includes(ctx.tier),
    tags: (list) => has(list, ctx.tags),
    segments: (list) => has(list, member.segments),
    birthday: (span) => isBirthday(ctx, span),
    registered_within_s: (n) =>
      age !== null && (ctx.mutant === 'within_is_under' ? age < n : age <= n),
    registered_before_s: (n) => age !== null && age >= n,
    bought: (list) => has(list, member.bought),
    not_bought: (list) => !has(list, member.bought),
    all: (list) => list.every((inner) => isFor(ctx, inner)),
    any: (list) =>
      ctx.mutant === 'any_of_for_is_all'
        ? list.every((inner) => isFor(ctx, inner))
        : list.some((inner) => isFor(ctx, inner)),
    not: (inner) => isFor(ctx, inner) === (ctx.mutant === 'not_of_for_ignored')
  };
  const all = Object.entries(wanted).map(([name, value]) => tests[name](value));
  return ctx.mutant === 'one_of_for' ? all.some(Boolean) : all.every(Boolean);
}
