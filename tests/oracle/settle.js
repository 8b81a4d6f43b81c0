// What follows from a decision (src/README.md §3.4-§3.6, §6): points, rounding off, payment, and
// everything a receipt says.

import { safe, share, sum } from './numbers.js';
import { costWithPoints, decisionOf, replay, tieKeys } from './price.js';
import { feesCharged, freightCharged, goodsOf } from './state.js';
import { addOnResults } from './add_ons.js';
import { taxOf } from './benefits.js';
import { toldOf } from './told.js';
import { conditionIn } from './turn.js';
import { isTopUp } from './freight.js';
import { mallEntry } from './lines.js';
import { membersOf } from './conditions.js';
import { shareMode } from './pieces.js';
import {
  balanceOf,
  lotsUsed,
  pointParts,
  pointsAsked,
  pointsEarned,
  pointsUsed,
  tierResult
} from './points.js';

/** Points, rounding off and what each segment pays in the end. */
function payment(ctx, state) {
  const net = ctx.segments.map((segment) => state.left[segment.index] + segment.fixed);
  const points = pointsUsed(ctx, state, pointsAsked(ctx));
  const parts = pointParts(ctx, points, net);
  const afterPoints = net.map((fen, i) => fen - parts[i]);
  const freight = freightCharged(state);
  const unit = isTopUp(ctx) ? 1 : ctx.policy.rounding_off_fen;
  const toPay = goodsOf(ctx, state) - points.cut;
  const fees = feesCharged(state);
  const odd = (toPay + freight + fees) % unit;
  const roundingOfGoods = Math.min(odd, toPay);
  const roundingOff = toPay > 0 ? roundingOfGoods : Math.min(odd, freight);
  const rounded = share(roundingOfGoods, afterPoints, afterPoints, shareMode(ctx));
  return {
    net,
    points,
    afterPoints,
    paid: afterPoints.map((fen, i) => fen - rounded[i]),
    freight,
    freightPaid: freight - (roundingOff - roundingOfGoods),
    goodsPaid: toPay - roundingOfGoods,
    roundingOff,
    fees,
    payable: toPay - roundingOff + freight + fees
  };
}

export const payableOf = (ctx, state) => payment(ctx, state).payable;

function totalsOf(ctx, state, paying) {
  const cutOf = (test) => sum(state.records.filter(test).map((record) => record.cut));
  const goods = goodsOf(ctx, state);
  const freightList = sum(state.freightList);
  const list = sum(ctx.priced.map((line) => line.qty * line.price));
  const options = sum(ctx.priced.map((line) => line.list)) - list;
  const { points, roundingOff, freight, fees, payable } = paying;
  const feesCut = sum(ctx.charges.map(({ amount }) => amount)) - fees;
  return {
    list,
    options,
    unit_cut: sum(ctx.segments.map((segment) => segment.unitCut)),
    promotion_cut: cutOf((record) => !record.turn.coupon),
    coupon_cut: cutOf((record) => record.turn.coupon),
    goods,
    points_cut: points.cut,
    rounding_off: roundingOff,
    freight_list: freightList,
    freight_cut: freightList - freight,
    freight,
    fees,
    fees_cut: feesCut > 0 ? feesCut : undefined,
    payable,
    saved: list + options + freightList - goods - freight + feesCut + points.cut + roundingOff
  };
}

/**
 * The state with what rules bring of one kind cut where a wallet ends (§3.1): the later ones bring
 * what is left of it, and those that have nothing left bring nothing.
 */
function withEnds(state, earned) {
  const left = { points: 1e12 - earned, growth: 1e12, stored_bonus: 1e13, grant_coupon: 100 };
  const cutBenefit = (benefit) => {
    if (left[benefit.type] === undefined) return benefit;
    const n = Math.min(benefit.n, left[benefit.type]);
    left[benefit.type] -= n;
    return { ...benefit, n };
  };
  const isThere = ({ type, n }) => left[type] === undefined || n > 0;
  const records = state.records.map((record) => ({ ...record,
    benefits: record.benefits.map(cutBenefit).filter(isThere) }));
  return { ...state, records };
}

/** Everything a receipt says about a final state. */
export function settle(ctx, state) {
  const paying = payment(ctx, state);
  const lines = lineResults(ctx, state, paying);
  const priced = lines
    .filter(({ state: stateOf }) => stateOf === 'priced')
    .map(({ paid }, i) => ({ line: ctx.priced[i], paid }));
  const earned = pointsEarned(ctx, priced, paying.freightPaid);
  const ended = withEnds(state, earned);
  return {
    totals: totalsOf(ctx, state, paying),
    lines,
    packages: packageResults(ctx, state, paying),
    fees: feeResults(ctx, state),
    freightState: ctx.freightState,
    submit: submitResult(ctx, state, paying),
    coupons: couponResults(ctx, state),
    applied: appliedRules(ctx, state),
    points: {
      usable: pointsUsed(ctx, state, Infinity).used,
      used: paying.points.used,
      cut: paying.points.cut,
      earned
    },
    ...benefitResults(ended),
    ...moreResults(ctx, ended, paying),
    decision: decisionOf(ctx, state),
    cost: costWithPoints(ctx, state),
    ties: tieKeys(ctx, state)
  };
}

/** What only books or requests with newer members have in their receipts. */
function moreResults(ctx, state, paying) {
  const { request, member } = ctx;
  const tier = tierResult(ctx, state, paying.goodsPaid);
  return {
    ...(member.lots ? { lots: lotsUsed(ctx, paying.points.used) } : {}),
    ...(ctx.orderType === 'points_mall' ? { mall: mallPoints(ctx) } : {}),
    ...(tier ? { tier } : {}),
    ...(request.tender ? { tender: tenderResult(ctx, paying.payable) } : {}),
    addOns: addOnsOf(ctx, state),
    told: toldOf(ctx),
    assumes: assumptions(ctx, state)
  };
}

/** Is there an add-on rule whose condition holds at its turn? */
function addOnsOf(ctx, state) {
  const decision = decisionOf(ctx, state);
  return addOnResults(ctx, (rule) => {
    const turn = ctx.turns.find((entry) => entry.rule === rule);
    return conditionIn(ctx, replay(ctx, decision, turn).state, turn).length > 0;
  });
}

const mallPoints = (ctx) =>
  sum(ctx.priced.map(({ sku, qty }) => qty * mallEntry(ctx, sku).points));

/** §3.5: gift card, stored value, then cash. */
function tenderResult(ctx, payable) {
  const { gift_card: card = 0, stored, order = 'principal_first' } = ctx.request.tender;
  const { principal = 0, bonus = 0 } = stored ?? {};
  const giftCard = Math.min(card, payable);
  const amount = Math.min(payable - giftCard, principal + bonus);
  const proRata = order === 'pro_rata' && ctx.mutant !== 'principal_always_first';
  let fromPrincipal = Math.min(principal, amount);
  if (proRata && amount > 0) {
    fromPrincipal = Math.floor((amount * principal) / safe(principal + bonus));
  }
  // What the rest passes the bonus by, the principal pays.
  const fromBonus = Math.min(bonus, amount - fromPrincipal);
  return {
    gift_card: giftCard,
    principal: amount - fromBonus,
    bonus: fromBonus,
    cash: payable - giftCard - amount
  };
}

function assumptions(ctx, state) {
  const acted = new Set([...ctx.pricedByUnitRule.keys(), ...state.records.map((r) => r.turn.rule)]);
  const found = new Set();
  const add = (code, id) => found.add(JSON.stringify([code, id]));
  for (const rule of acted) {
    if (rule.limit && ctx.mutant !== 'limit_not_assumed') add('LIMIT', rule.id);
    const tests = membersOf(rule.when).map(([name]) => name);
    if (tests.includes('nth_order')) add('FIRST_ORDER', rule.id);
    if (tests.includes('paid_by')) add('PAID_BY', rule.id);
  }
  for (const { turn, benefits } of state.records) {
    if (turn.coupon) add('COUPON', turn.coupon.id);
    for (const { type, sku } of benefits) {
      if (type === 'gift' && ctx.request.live?.stock?.[sku] !== undefined) add('STOCK', sku);
    }
  }
  return [...found].sort();
}

function benefitResults(state) {
  return {
    gifts: benefitSums(state, 'gift', (gift) => `${gift.sku}${gift.out ? ' out' : ''}`),
    granted: benefitSums(state, 'grant_coupon', (benefit) => benefit.coupon),
    rewardPoints: benefitSums(state, 'points', () => ''),
    growth: benefitSums(state, 'growth', () => ''),
    cards: benefitSums(state, 'grant_membership', ({ card, days }) => `${card} ${days}`),
    bonus: benefitSums(state, 'stored_bonus', () => ''),
    commission: benefitSums(state, 'commission', ({ promoter }) => promoter)
  };
}

/** Who pays for a cut: shared by what each party bears. */
function fundedParts(ctx, rule, cut) {
  if (!rule.fundedBy) return null;
  const mode = ctx.mutant === 'funding_to_first' ? 'first' : 'last';
  const parts = share(cut, rule.fundedBy.map(({ bp }) => bp), null, mode);
  return Object.fromEntries(rule.fundedBy.map(({ party }, i) => [party, parts[i]]));
}

/** Cuts of a line by rule and coupon. */
function cutsOfLine(ctx, state, line, own) {
  const cuts = {};
  const funded = {};
  const add = (name, cut, rule) => {
    if (cut === 0) return;
    cuts[name] = (cuts[name] ?? 0) + cut;
    const parts = fundedParts(ctx, rule, cuts[name]);
    if (parts) funded[name] = parts;
  };
  for (const segment of own) {
    if (segment.rule) add(segment.rule.id, segment.unitCut, segment.rule);
  }
  for (const { turn, eligible, cuts: cutsOf } of state.records) {
    eligible.forEach((s, i) => {
      if (ctx.segments[s].line !== line.index) return;
      const name = turn.coupon ? `${turn.rule.id} ${turn.coupon.id}` : turn.rule.id;
      add(name, cutsOf[i], turn.rule);
    });
  }
  return { cuts, funded };
}

function lineResults(ctx, state, { net, paid }) {
  return ctx.lines.map((line) => {
    if (line.state !== 'priced') return { id: line.id, state: line.state };
    const own = ctx.segments.filter((segment) => segment.line === line.index);
    const { cuts, funded } = cutsOfLine(ctx, state, line, own);
    const of = (values) => sum(own.map((segment) => values[segment.index]));
    return {
      id: line.id,
      state: line.state,
      list: line.list,
      net: of(net),
      paid: of(paid),
      tax: taxOf(ctx, line, of(net)),
      cuts,
      funded,
      segments: own.map((segment) => ({
        qty: segment.qty,
        rule: segment.rule?.id ?? null,
        unit: segment.unit,
        net: net[segment.index],
        paid: paid[segment.index]
      }))
    };
  });
}

/** Sums of each package. Rounding off taken from freight (goods are 0) is left out of them. */
function packageResults(ctx, state, { net, afterPoints, paid }) {
  return ctx.packages.map((pack) => {
    const own = ctx.segments.filter((segment) => segment.pack === pack.index);
    const of = (values) => sum(own.map((segment) => values[segment.index]));
    return {
      shop: pack.shop,
      store: pack.store,
      fulfilment: pack.fulfilment,
      lines: pack.lines.map((line) => line.id),
      list: sum(pack.lines.map((line) => line.list)),
      goods: of(net),
      points_cut: of(net) - of(afterPoints),
      rounding_off: of(afterPoints) - of(paid),
      freight_list: state.freightList[pack.index],
      freight: state.freight[pack.index],
      fees: sum(ctx.charges.map((charge, c) => (charge.pack === pack.index ? state.fees[c] : 0)))
    };
  });
}

/** What is left of each fee, and who took the rest. */
function feeResults(ctx, state) {
  const charged = ctx.feeAmounts.filter(({ amount }) => amount > 0);
  return charged.map((fee) => {
    const of = (values) => sum(values.filter((_, c) => ctx.charges[c].fee === fee));
    const cuts = {};
    const funded = {};
    for (const { turn, fees } of state.records) {
      const cut = of(fees);
      const parts = fundedParts(ctx, turn.rule, cut);
      const name = turn.coupon ? `${turn.rule.id} ${turn.coupon.id}` : turn.rule.id;
      if (cut > 0) cuts[name] = cut;
      if (cut > 0 && parts) funded[name] = parts;
    }
    return { id: fee.id, amount: of(state.fees), cuts, funded };
  });
}

const couponCut = (record) => record.cut + sum(record.freight) + sum(record.fees);

/**
 * Each coupon of the wallet: picked (or to be claimed first) with its cut; usable with the cut it
 * would make as the only coupon beside the same G and X; or unusable.
 */
function couponResults(ctx, state) {
  const { rules, lines, pieces } = decisionOf(ctx, state);
  return ctx.wallet.map(({ id, claimable }) => {
    const own = (records) => records.find(({ turn }) => turn.coupon?.id === id);
    const picked = own(state.records);
    const claim = claimable && ctx.mutant !== 'claimed_already';
    if (picked) return { id, state: claim ? 'claim_first' : 'picked', cut: couponCut(picked) };
    const alone = replay(ctx, { rules, lines, pieces, coupons: [id] });
    if (alone.reason) return { id, state: 'unusable', cut: 0 };
    return { id, state: 'usable', cut: couponCut(own(alone.state.records)) };
  });
}

/** Does it only free freight where none is charged, or where it is never free? */
function freesNothing(ctx, { turn, cut, freight, fees, benefits, packs }) {
  if (cut > 0 || sum(freight) + sum(fees) > 0 || ctx.freightState === 'unknown') return false;
  if (benefits.some(({ type }) => type !== 'free_freight')) return false;
  // Gifts that are still to come may make the package cost something.
  const mayWeigh = ({ fulfilment }) =>
    ctx.policy.gifts_weigh && fulfilment === 'delivery' && ctx.freightState === 'known';
  const isFreed = (p) => {
    const pack = ctx.packages[p];
    return (pack.freight > 0 || mayWeigh(pack)) && !pack.neverFree;
  };
  return turn.rule.stageName === 'freight' || !packs.some(isFreed);
}

/** The cut of each unit rule and promotion that applied: {rule id: cut}. */
function appliedRules(ctx, state) {
  const applied = {};
  for (const [rule, segments] of ctx.pricedByUnitRule) {
    applied[rule.id] = sum(segments.map((s) => ctx.segments[s].unitCut));
  }
  for (const record of state.records) {
    const { turn, cut, fees } = record;
    if (!turn.coupon && !freesNothing(ctx, record)) applied[turn.rule.id] = cut + sum(fees);
  }
  return applied;
}

/** Can the order be sent, and how much is missing to the minimum order? */
function submitResult(ctx, state, { payable }) {
  const delivered = ctx.packages.every((pack) => !pack.undeliverable);
  let ok = ctx.priced.length > 0 && delivered;
  const refused = ctx.policy.zero_pay === 'refused' && ctx.mutant !== 'zero_pay_allowed';
  if (refused && payable === 0) ok = false;
  const mall = ctx.orderType === 'points_mall' && ctx.mutant !== 'mall_without_balance';
  if (mall && mallPoints(ctx) > balanceOf(ctx)) ok = false;
  const gap = minimumGap(ctx, state);
  return { ok: ok && gap === 0, gap };
}

function minimumGap(ctx, state) {
  const minimum = ctx.book.rules.min_order;
  if (!minimum || isTopUp(ctx)) return 0;
  const asked = ctx.segments.filter(({ pack }) =>
    (minimum.fulfilment ?? ['delivery', 'pickup']).includes(ctx.packages[pack].fulfilment)
  );
  if (asked.length === 0) return 0;
  const counted = asked.filter(({ line }) => ctx.priced[line].addOn === null);
  const goods = sum(
    counted.map((segment) => {
      if (minimum.base === 'list') return segment.list;
      const left = minimum.base === 'after_item' ? state.afterItem : state.left;
      return left[segment.index] + segment.fixed;
    })
  );
  return Math.max(0, minimum.amount - goods);
}

/** Benefits of one type, added up by rule and name: {"rule name": n}. */
function benefitSums(state, type, nameOf) {
  const sums = {};
  for (const { turn, benefits } of state.records) {
    for (const benefit of benefits.filter((entry) => entry.type === type)) {
      const key = `${turn.rule.id} ${nameOf(benefit)}`.trim();
      sums[key] = safe((sums[key] ?? 0) + benefit.n);
    }
  }
  return sums;
}
