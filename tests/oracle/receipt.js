// A receipt of the engine in the form that settle.js gives.

const byKey = (entries) => {
  const sums = {};
  for (const [key, n] of entries) sums[key] = (sums[key] ?? 0) + n;
  return sums;
};

const nameOf = ({ rule, coupon }) => (coupon ? `${rule} ${coupon}` : rule);

/** Cuts by rule and coupon, and who bears them. */
function cutsOf(cuts) {
  const funded = cuts
    .filter((entry) => entry.funded)
    .map((entry) => [
      nameOf(entry),
      byKey(entry.funded.map(({ party, amount }) => [party, amount]))
    ]);
  return {
    cuts: byKey(cuts.filter(({ cut }) => cut !== 0).map((entry) => [nameOf(entry), entry.cut])),
    funded: Object.fromEntries(funded)
  };
}

function lineOf({ id, state, list, net, paid, tax, cuts, segments }) {
  if (state !== 'priced') return { id, state };
  return {
    id,
    state,
    list,
    net,
    paid,
    tax,
    ...cutsOf(cuts),
    segments: segments?.map(({ qty, rule, unit, net: ofNet, paid: ofPaid }) => ({
      qty,
      rule,
      unit,
      net: ofNet,
      paid: ofPaid
    }))
  };
}

function rewardsOf(rewards) {
  const of = (field, keyOf) =>
    byKey(rewards.filter((r) => r[field] !== undefined).map((r) => [keyOf(r), r[field]]));
  const rule = (entry) => entry.rule;
  const cards = rewards.filter(({ card }) => card !== undefined);
  return {
    granted: byKey(rewards.filter((r) => r.coupon).map((r) => [`${r.rule} ${r.coupon}`, r.n])),
    rewardPoints: of('points', rule),
    growth: of('growth', rule),
    bonus: of('stored_bonus', rule),
    cards: byKey(cards.map((r) => [`${r.rule} ${r.card} ${r.days}`, 1]))
  };
}

/** What only some books and requests have in their receipts. */
function moreOf(receipt) {
  const { points, commission = [], tender, tier, best, assumes, warnings = [] } = receipt;
  const lots = points.lots?.filter(({ used }) => used > 0).map(({ id, used }) => [id, used]);
  const more = {
    commission: byKey(commission.map((c) => [`${c.rule} ${c.promoter}`, c.amount])),
    tender,
    tier,
    mall: points.mall,
    best: best && { payable: best.payable, costs: best.costs, decision: best.decision },
    isBestExact: best?.exact,
    lots: lots && Object.fromEntries(lots)
  };
  if (receipt.pay_options) {
    more.payOptions = Object.fromEntries(
      receipt.pay_options.map(({ payer, payable }) => [payer ?? '', payable])
    );
    const isOpen = ({ exact }) => !exact;
    more.openOptions = receipt.pay_options.filter(isOpen).map(({ payer }) => payer ?? '');
  }
  const lost = warnings.filter(({ code }) => code === 'ADD_ON_LOST').map(({ line }) => line);
  more.told = warnings
    .filter(({ code }) => code === 'LIMIT' || code === 'EXPIRED')
    .map(({ code, line, rule, coupon }) => JSON.stringify([code, line, rule, coupon]))
    .sort();
  more.addOns = { open: receipt.add_ons ?? [], lost: lost.sort() };
  more.assumes = assumes
    ?.map(({ code, rule, coupon, sku }) => JSON.stringify([code, rule ?? coupon ?? sku]))
    .sort();
  return more;
}

export function fromReceipt(receipt) {
  const { totals, lines, groups, points, gifts, rewards, decision, search } = receipt;
  const giftOf = ({ rule, sku, state }) => `${rule} ${sku}${state === 'out' ? ' out' : ''}`;
  return {
    totals,
    lines: lines.map(lineOf),
    packages: groups,
    fees: receipt.fees.map(({ id, amount, cuts = [] }) => ({ id, amount, ...cutsOf(cuts) })),
    packagePayables: groups.map(({ payable }) => payable),
    freightState: receipt.freight.state,
    submit: receipt.submit,
    coupons: receipt.coupons.map(({ id, state, cut }) => ({
      id,
      state,
      cut: state === 'unusable' ? 0 : cut
    })),
    applied: Object.fromEntries(
      receipt.activities
        .filter((activity) => activity.state === 'applied')
        .map((activity) => [activity.rule, activity.cut])
    ),
    points: { usable: points.usable, used: points.used, cut: points.cut, earned: points.earned },
    gifts: byKey(gifts.map((gift) => [giftOf(gift), gift.qty])),
    ...rewardsOf(rewards),
    ...moreOf(receipt),
    decision,
    exact: search.exact,
    hash: receipt.hash
  };
}
