// §3 point 2 and §3.4: packages, their flat freight before any freeing, and fees.

import { safe, sum } from './numbers.js';
import { inScope } from './scope.js';

/** Stored value is bought without freight, fees, minimum order, rounding off and earning. */
export const isTopUp = (ctx) => ctx.orderType === 'topup' && ctx.mutant !== 'topup_as_others';

export function buildPackages(ctx) {
  ctx.packages = [];
  const byKey = new Map();
  for (const line of ctx.priced) {
    const key = JSON.stringify([line.shop, line.store, line.fulfilment]);
    if (!byKey.has(key)) {
      const { shop, store, fulfilment } = line;
      byKey.set(key, { index: ctx.packages.length, shop, store, fulfilment, lines: [] });
      ctx.packages.push(byKey.get(key));
    }
    line.pack = byKey.get(key).index;
    byKey.get(key).lines.push(line);
  }

  const table = ctx.book.rules.freight;
  const delivered = ctx.packages.filter((pack) => pack.fulfilment === 'delivery');
  const none = !table || delivered.length === 0 || isTopUp(ctx);
  ctx.freightState = none ? 'none' : 'known';
  if (ctx.freightState === 'known' && !ctx.request.address) ctx.freightState = 'unknown';
  for (const pack of ctx.packages) {
    pack.freight = 0;
    pack.neverFree = false;
    pack.undeliverable = false;
    if (ctx.freightState === 'known' && pack.fulfilment === 'delivery') {
      pack.freight = flatFreight(ctx, pack);
    }
  }
}

/** The region with the longest code that begins the address; else the one without codes. */
function regionOf(template, address) {
  let best = null;
  let bestLength = -1;
  for (const region of template.regions) {
    const lengths = region.codes
      ? region.codes.filter((code) => address.startsWith(code)).map((code) => code.length)
      : [0];
    const length = Math.max(-1, ...lengths);
    if (length > bestLength) {
      best = region;
      bestLength = length;
    }
  }
  return best;
}

/**
 * What a package costs to send before anything frees it. gifts: [{sku, n}…] that travel in it; of
 * those that a template does not deliver there nothing is asked.
 */
export function flatFreight(ctx, pack, gifts = []) {
  const { templates, default: byDefault, combine = 'sum' } = ctx.book.rules.freight;
  const used = [];
  for (const template of templates) {
    const mine = ({ sku }) => (sku.freight ?? byDefault) === template.id;
    const lines = pack.lines.filter(mine);
    const given = gifts.filter(mine);
    if (lines.length + given.length === 0) continue;
    const region = regionOf(template, ctx.request.address.region);
    if (!region && lines.length === 0) continue;
    if (!region) {
      // Which template was looked at before must not matter.
      Object.assign(pack, { undeliverable: true, neverFree: false });
      return 0;
    }
    const neverFree = region.never_free && lines.length > 0;
    if (neverFree && ctx.mutant !== 'never_free_ignored') pack.neverFree = true;
    const unit = {
      pieces: () => 1,
      weight: (sku) => sku.weight_g ?? 0,
      volume: (sku) => sku.volume_cm3 ?? 0
    }[template.by];
    const units = sum([...lines.map(({ qty, sku }) => qty * unit(sku)),
      ...given.map(({ n, sku }) => n * unit(sku))]);
    if (units > 0) used.push({ region, units });
  }
  const additionalFee = ({ additional = 0, additional_fee: fee = 0 }, units) =>
    additional > 0 && units > 0 ? safe(Math.ceil(units / additional) * fee) : 0;
  let leader = null;
  for (const entry of used) {
    if (!leader || entry.region.first_fee > leader.region.first_fee) leader = entry;
  }
  return sum(used.map((entry) => {
    const { region, units } = entry;
    return combine === 'sum' || entry === leader
      ? region.first_fee + additionalFee(region, units - region.first)
      : additionalFee(region, units);
  }));
}

/** The same of every package, with the gifts of the rules so far where the policy weighs them. */
export function freightLists(ctx, state) {
  const { skus } = ctx.book.catalog;
  const weigh = ctx.policy.gifts_weigh && ctx.mutant !== 'gifts_weightless';
  const gifts = state.records.flatMap(({ benefits }) => benefits)
    .filter(({ type, out }) => weigh && type === 'gift' && !out)
    .map(({ sku, n, pack }) => ({ n, pack, sku: skus.find(({ id }) => id === sku) }));
  return ctx.packages.map((pack, p) => {
    const mine = gifts.filter((gift) => gift.pack === p);
    const sent = ctx.freightState === 'known' && pack.fulfilment === 'delivery';
    return sent && mine.length > 0 ? flatFreight(ctx, pack, mine) : pack.freight;
  });
}

/** Each fee with its whole amount and its part in each package. */
export function feeAmounts(ctx) {
  return (isTopUp(ctx) ? [] : (ctx.book.rules.fees ?? [])).map((fee) => {
    const pieces = ctx.packages.map((pack) =>
      (fee.fulfilment ?? ['delivery', 'pickup']).includes(pack.fulfilment)
        ? sum(pack.lines.filter((line) => inScope(fee.scope, line)).map((line) => line.qty))
        : 0
    );
    const first = pieces.findIndex((count) => count > 0);
    const times = {
      order: (_, i) => (i === first ? 1 : 0),
      package: (count) => (count > 0 ? 1 : 0),
      piece: (count) => count
    }[fee.per ?? 'order'];
    const byPackage = pieces.map(times).map((n) => n * fee.amount);
    return { ...fee, byPackage, amountOfOne: fee.amount, amount: sum(byPackage) };
  });
}

/** What each fee asks of each package: {fee, pack, amount}. Rules take from them one by one. */
export const chargesOf = ({ feeAmounts: fees }) =>
  fees.flatMap((fee) =>
    fee.byPackage
      .map((amount, pack) => ({ fee, pack, amount }))
      .filter(({ amount }) => amount > 0)
  );
