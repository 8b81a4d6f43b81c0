// Makes a failing cart smaller: takes one thing away at a time, keeps what still fails in the same
// way, and stops when nothing more can go.

/** All smaller versions of a case {book, request}, the large removals first. */
function* smaller(original) {
  const copy = () => structuredClone(original);
  yield* withoutEntries(original, copy);
  yield* withoutSettings(original, copy);
  for (let i = 0; i < original.book.rules.rules.length; i++) yield* smallerRule(original, copy, i);
  yield* smallerGoods(original, copy);
}

function* withoutEntries({ book, request }, copy) {
  for (let i = 0; i < request.lines.length; i++) {
    const next = copy();
    next.request.lines.splice(i, 1);
    yield next;
  }
  for (let i = 0; i < (request.coupons ?? []).length; i++) {
    const next = copy();
    next.request.coupons.splice(i, 1);
    yield next;
  }
  for (let i = 0; i < book.rules.rules.length; i++) {
    const next = copy();
    const [{ id }] = next.book.rules.rules.splice(i, 1);
    next.request.coupons = next.request.coupons?.filter((coupon) => coupon.rule !== id);
    yield next;
  }
}

function* withoutSettings({ book, request }, copy) {
  const parts = [
    ...['freight', 'fees', 'points', 'min_order', 'tiers', 'utc_offset_s', 'policy'],
    ...['order_types', 'growth', 'member_cards']
  ];
  for (const name of parts) {
    yield* without(copy, (next) => next.book.rules, name);
  }
  for (const name of Object.keys(request)) {
    if (['now', 'detail', 'lines', 'coupons'].includes(name)) continue;
    yield* without(copy, (next) => next.request, name);
    const value = request[name];
    if (typeof value !== 'object' || name === 'pins') continue;
    for (const inner of Object.keys(value)) {
      yield* without(copy, (next) => next.request[name], inner);
    }
  }
  yield* without(copy, (next) => next.book.catalog, 'stores');
  for (const name of Object.keys(book.rules.policy ?? {})) {
    yield* without(copy, (next) => next.book.rules.policy, name);
  }
  for (const name of Object.keys(request.pins ?? {})) {
    yield* without(copy, (next) => next.request.pins, name);
  }
  for (const group of Object.keys(book.rules.groups ?? {})) {
    for (const name of Object.keys(book.rules.groups[group])) {
      yield* without(copy, (next) => next.book.rules.groups[group], name);
    }
  }
  for (const name of ['free', 'combine']) {
    if (book.rules.freight) yield* without(copy, (next) => next.book.rules.freight, name);
  }
  for (const name of Object.keys(book.rules.points ?? {})) {
    yield* without(copy, (next) => next.book.rules.points, name);
  }
}

function* smallerRule({ book }, copy, i) {
  const rule = book.rules.rules[i];
  const at = (next) => next.book.rules.rules[i];
  const parts = ['title', 'priority', 'shop', 'scope', 'for', 'window', 'when', 'level', 'stack'];
  for (const name of parts) yield* without(copy, at, name);
  for (const part of ['when', 'stack']) {
    for (const name of Object.keys(rule[part] ?? {})) {
      yield* without(copy, (next) => at(next)[part], name);
    }
  }
  if (Array.isArray(rule.give)) {
    for (const give of rule.give) {
      const next = copy();
      at(next).give = structuredClone(give);
      yield next;
    }
    return;
  }
  const [kind] = Object.keys(rule.give);
  for (const name of Object.keys(rule.give[kind])) {
    yield* without(copy, (next) => at(next).give[kind], name);
  }
  for (let k = 0; k < (rule.give.tiers?.tiers.length ?? 0); k++) {
    const next = copy();
    at(next).give.tiers.tiers.splice(k, 1);
    if (at(next).give.tiers.tiers.length > 0) yield next;
    const inner = copy();
    at(inner).give = structuredClone(rule.give.tiers.tiers[k].give);
    yield inner;
  }
  if (rule.give.every) {
    const inner = copy();
    at(inner).give = structuredClone(rule.give.every.give);
    yield inner;
  }
}

function* smallerGoods({ book, request }, copy) {
  for (let i = 0; i < request.lines.length; i++) {
    const at = (next) => next.request.lines[i];
    for (const name of ['options', 'shop', 'store', 'fulfilment', 'selected', 'id', 'add_on']) {
      yield* without(copy, at, name);
    }
    if (request.lines[i].qty > 1) {
      const next = copy();
      at(next).qty--;
      yield next;
    }
  }
  for (let i = 0; i < book.catalog.skus.length; i++) {
    const next = copy();
    next.book.catalog.skus.splice(i, 1);
    yield next;
    const at = (changed) => changed.book.catalog.skus[i];
    for (const name of Object.keys(book.catalog.skus[i])) {
      if (name === 'id' || name === 'price') continue;
      yield* without(copy, at, name);
    }
  }
}

function* without(copy, holder, name) {
  const next = copy();
  const object = holder(next);
  if (object === undefined || !(name in object)) return;
  delete object[name];
  yield next;
}

/** Drops what may not stand without the rules that are gone. */
function tidy({ book, request }) {
  const { rules, groups = {} } = book.rules;
  const has = (id) => rules.some((rule) => rule.id === id);
  request.lines = request.lines.filter(({ add_on: rule }) => rule === undefined || has(rule));
  for (const id of Object.keys(request.pins?.gifts ?? {})) {
    if (!has(id)) delete request.pins.gifts[id];
  }
  const used = new Set(rules.map((rule) => rule.stack?.group));
  for (const name of Object.keys(groups)) if (!used.has(name)) delete groups[name];
  if (Object.keys(groups).length === 0) delete book.rules.groups;
  const known = new Set([...Object.keys(groups), 'promotion', 'coupon']);
  for (const holder of [...rules.map((rule) => rule.stack ?? {}), ...Object.values(groups)]) {
    if (!holder.excludes) continue;
    holder.excludes = holder.excludes.filter((name) => known.has(name));
    if (holder.excludes.length === 0) delete holder.excludes;
  }
  return { book, request };
}

/**
 * @param fails async ({book, request}) → boolean: does this case still fail in the same way? A
 *   case that can't be run counts as not failing.
 */
export async function shrink(failing, fails) {
  let best = failing;
  let went = true;
  while (went) {
    went = false;
    for (const next of smaller(best)) {
      const candidate = tidy(next);
      let still = false;
      try {
        still = await fails(candidate);
      } catch {
        // The oracle trusts its input; a case it can't read has been cut too far.
      }
      if (!still) continue;
      best = candidate;
      went = true;
      break;
    }
  }
  return best;
}
