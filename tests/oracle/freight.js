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
    if (ctx.freightState === 'known' && pack.fulfilment === 'delivery') flatFreight(ctx, pack);
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

function flatFreight(ctx, pack) {
  const { templates, default: byDefault, combine = 'sum' } = ctx.book.rules.freight;
  const used = [];
  for (const template of templates) {
    const lines = pack.lines.filter((line) => (line.sku.freight ?? byDefault) === template.id);
    if (lines.length === 0) continue;
    const region = regionOf(template, ctx.request.address.region);
    if (!region) {
      pack.undeliverable = true;
      return;
    }
    if (region.never_free && ctx.mutant !== 'never_free_ignored') pack.neverFree = true;
    const unit = {
      pieces: () => 1,
      weight: (sku) => sku.weight_g ?? 0,
      volume: (sku) => sku.volume_cm3 ?? 0
    }[template.by];
    const units = sum(lines.map((line) => line.qty * unit(line.sku)));
    if (units > 0) used.push({ region, units });
  }
  const additionalFee = ({ additional = 0, additional_fee: fee = 0 }, units) =>
    additional > 0 && units > 0 ? safe(Math.ceil(units / additional) * fee) : 0;
  let leader = null;
  for (const entry of used) {
    if (!leader || entry.region.first_fee > leader.region.first_fee) leader = entry;
  }
  for (const entry of used) {
    const { region, units } = entry;
    if (combine === 'sum' || entry === leader) {
      pack.freight += region.first_fee + additionalFee(region, units - region.first);
    } else {
      pack.freight += additionalFee(region, units);
    }
  }
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
    return { id: fee.id, byPackage, amount: sum(byPackage) };
  });
}
