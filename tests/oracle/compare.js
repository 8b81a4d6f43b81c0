// Holds one cart of the engine against the oracle and says in words what differs.

import { createHash } from 'node:crypto';
import { prepare } from './prepare.js';
import { costWithPoints, decisionOf, replay, tieKeys } from './price.js';
import { search } from './answer.js';
import { moreDifferences } from './compare_more.js';
import { ctxFor, price } from './payers.js';
import { settle } from './settle.js';
import { compareCosts, compareTies, walkAll } from './enumerate.js';

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

const sorted = (object) =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Differences between two settled results of the same decision, as strings. */
export function differences(engine, oracle) {
  const found = [];
  const check = (name, ours, theirs) => {
    if (same(ours, theirs)) return;
    found.push(`${name}: engine ${JSON.stringify(ours)}, oracle ${JSON.stringify(theirs)}`);
  };
  for (const [name, value] of Object.entries(oracle.totals)) {
    check(`totals.${name}`, engine.totals[name], value);
  }
  check('number of lines', engine.lines.length, oracle.lines.length);
  oracle.lines.forEach((line, i) => {
    const other = engine.lines[i] ?? {};
    for (const field of ['id', 'state', 'list', 'net', 'paid']) {
      check(`lines[${i}].${field}`, other[field], line[field]);
    }
    if (line.state !== 'priced') return;
    check(`lines[${i}].cuts`, sorted(other.cuts ?? {}), sorted(line.cuts));
    // A single segment at list price is never shown.
    if (other.segments || line.segments.length > 1) {
      check(`lines[${i}].segments`, other.segments, line.segments);
    }
  });
  for (const field of ['usable', 'used', 'cut', 'earned']) {
    check(`points.${field}`, engine.points[field], oracle.points[field]);
  }
  for (const field of ['gifts', 'granted', 'rewardPoints']) {
    check(field, sorted(engine[field]), sorted(oracle[field]));
  }
  check('applied rules', sorted(engine.applied), sorted(oracle.applied));
  check('coupons', engine.coupons, oracle.coupons);
  check('freight.state', engine.freightState, oracle.freightState);
  check('submit.ok', engine.submit.ok, oracle.submit.ok);
  if (engine.submit.reason === 'MIN_ORDER') {
    check('submit.gap', engine.submit.gap, oracle.submit.gap);
  }
  check('number of groups', engine.packages.length, oracle.packages.length);
  oracle.packages.forEach((pack, i) => {
    for (const [field, value] of Object.entries(pack)) {
      // When goods are 0 the rounding off is taken from freight, in no stated package.
      if (field === 'rounding_off' && oracle.totals.goods === oracle.totals.points_cut) continue;
      check(`groups[${i}].${field}`, engine.packages[i]?.[field] ?? '', value);
    }
  });
  if (engine.packagePayables) {
    const total = engine.packagePayables.reduce((a, b) => a + b, 0);
    check('sum of groups.payable', total, oracle.totals.payable);
  }
  return found;
}

const short = ({ decision, totals }) => ({
  decision,
  goods: totals.goods,
  freight: totals.freight,
  payable: totals.payable
});

const CORE_SIZE_MAX = 1 << 14;

/** §7, written anew: SHA-256 over the core of a receipt. */
export function receiptHash(ctx, bookText, result) {
  const core = Buffer.alloc(CORE_SIZE_MAX);
  let size = 0;
  const number = (value) => {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) core[size++] = (rest % 0x80) | 0x80;
    core[size++] = rest;
  };
  const text = (value = '') => {
    number(Buffer.byteLength(value));
    size += core.write(value, size);
  };
  const { request } = ctx;
  size += core.write('suanpan.receipt\0');
  number(1);
  size += createHash('sha256').update(bookText).digest().copy(core, size);
  for (const moment of [ctx.now, ctx.payAt, ctx.fulfilAt]) number(moment);
  text(request.member?.tier);
  text(request.member?.id);
  text(request.address?.region);
  number(ctx.priced.length);
  for (const line of ctx.priced) {
    const settled = result.lines.find(({ id }) => id === line.id);
    for (const value of [line.id, line.sku.id, line.shop, line.store]) text(value);
    number(line.fulfilment === 'pickup' ? 1 : 0);
    number(line.qty);
    number(line.options.length);
    for (const { id, qty = 1 } of line.options) {
      text(id);
      number(qty);
    }
    number(settled.net);
    number(settled.net - settled.paid);
  }
  const { rules, lines, coupons, pieces = [] } = result.decision;
  number(rules.length);
  rules.forEach(text);
  number(lines.length);
  for (const pair of lines) {
    text(pair.line);
    text(pair.rule);
  }
  number(coupons.length);
  coupons.forEach(text);
  number(pieces.length);
  for (const { line, segment, rule, qty } of pieces) {
    text(line);
    number(segment);
    text(rule);
    number(qty);
  }
  const { goods, points_cut: pointsCut, rounding_off: roundingOff } = result.totals;
  const { freight, fees, payable } = result.totals;
  for (const value of [result.points.used, goods, pointsCut, roundingOff]) number(value);
  for (const value of [freight, fees, payable]) number(value);
  if (size >= CORE_SIZE_MAX) throw new RangeError('the core of the receipt is too large');
  return createHash('sha256').update(core.subarray(0, size)).digest('hex');
}

/** The engine's choice beside the oracle's: order > 0 when the oracle's costs less. */
function compareChoices(ctx, decision, solved) {
  const { ctx: own, state } = replay(ctxFor(ctx, decision), decision);
  const costs = [costWithPoints(own, state), solved.cost];
  const keys = [tieKeys(own, state), tieKeys(solved.ctx, solved.state)];
  return { order: compareCosts(...costs), costs, keys };
}

/**
 * What a request asks beyond its price is a matter of the search: where the engine does not say
 * that nothing is better, only the option that is its own price is known.
 */
function beyondOf({ beyond }, request, result, priced) {
  const known = { ...beyond };
  const isBestKnown = result.exact && result.isBestExact !== false;
  if (!isBestKnown && beyond.best) known.best = result.best ?? beyond.best;
  for (const payer of result.openOptions ?? []) {
    const own = payer === (request.payer ?? '');
    const payable = own ? priced.totals.payable : result.payOptions[payer];
    known.payOptions = { ...known.payOptions, [payer]: payable };
  }
  return known;
}

/**
 * One cart.
 * @returns {difference: null | {kind, lines, engine, oracle}, exact: the engine says that nothing
 *   is better, beaten: something is, visited, facts? and seen? with statistics}
 *   kind: 'refused' | 'trap' | 'unlawful' | 'amounts' | 'hash' | 'repricing' | 'search' |
 *   'oracle search' | 'tie' | 'pins'
 */
export async function compareCart(engine, book, request, options = {}) {
  const { mutant = null, statistics = false, features = [] } = options;
  const bookText = JSON.stringify(book);
  const ask = async (changed) => {
    try {
      return await engine.quote(book, bookText, changed);
    } catch (error) {
      if (!error.code) throw error;
      return { error: `${error.code} ${error.path ?? ''} ${error.message}` };
    }
  };
  const solved = search(book, request, { mutant, statistics });
  const { plain: ctx } = solved;
  const settled = () => settle(solved.ctx, solved.state);
  const decision = decisionOf(solved.ctx, solved.state);
  const { facts, visited } = solved;
  const outcome = { difference: null, exact: true, beaten: false, facts, visited };
  if (statistics) {
    const result = { ...settled(), ...solved.beyond };
    outcome.seen = { book, request, ctx: solved.ctx, state: solved.state, result };
  }
  const differ = (kind, lines, more = {}) => {
    outcome.difference = { kind, lines, oracle: short(settled()), ...more };
    return outcome;
  };

  const { result, receipt, error } = await ask(request);
  if (error) return differ(error.startsWith('E_TRAP') ? 'trap' : 'refused', [error]);
  outcome.exact = result.exact;
  outcome.receipt = receipt;
  const engineSide = { engine: short(result) };

  const priced = price(ctx, result.decision);
  if (!priced.lawful) return differ('unlawful', [priced.reason], engineSide);
  const whole = { ...priced, ...beyondOf(solved, request, result, priced) };
  const amounts = [...differences(result, priced), ...moreDifferences(result, whole, features)];
  if (amounts.length > 0) return differ('amounts', amounts, engineSide);

  if (result.hash) {
    const expected = receiptHash(ctx, bookText, priced);
    if (result.hash !== expected) {
      return differ('hash', [`engine ${result.hash}, oracle ${expected}`], engineSide);
    }
  }
  const { pins, pick, compare_best: asked, ...plain } = request;
  if (pins?.gifts) plain.pins = { gifts: pins.gifts };
  const again = await ask({ ...plain, decision: result.decision });
  if (again.error) return differ('repricing', [again.error], engineSide);
  const repriced = again.result;
  if (repriced.hash !== result.hash || !same(repriced.totals, result.totals)) {
    return differ('repricing', [`${repriced.hash} ${JSON.stringify(repriced.totals)}`], engineSide);
  }

  const dropped = receipt?.warnings.some(({ code }) => code === 'PIN_DROPPED') ?? false;
  // Who does not say that nothing is better may have given up pins that some decision obeys. What
  // it found instead may cost less than they do, and is beaten all the same.
  if (!result.exact && dropped && !solved.pinDropped) return { ...outcome, beaten: true };
  if (!same(result.decision, decision)) {
    const { order, costs, keys } = compareChoices(ctx, result.decision, solved);
    outcome.beaten = order > 0;
    // Only who says that nothing is better is wrong when something is; nobody is better than all.
    if (result.exact || order < 0) {
      const lines = [`cost: engine ${costs[0]}, oracle ${costs[1]}`];
      const other = await ask({ ...plain, decision });
      lines.push(`the engine on the oracle's decision: ${other.error ?? 'the same as the oracle'}`);
      if (!other.error) lines.push(...differences(other.result, price(ctx, decision)));
      if (order !== 0) return differ(order > 0 ? 'search' : 'oracle search', lines, engineSide);
      lines.push(`tie keys: engine ${JSON.stringify(keys[0])}, oracle ${JSON.stringify(keys[1])}`);
      lines.push(`order: ${compareTies(ctx, keys[0], keys[1])}`);
      return differ('tie', lines, engineSide);
    }
  }
  if (receipt && dropped !== solved.pinDropped) {
    const line = `PIN_DROPPED: engine ${dropped}, oracle ${solved.pinDropped}`;
    return differ('pins', [line], engineSide);
  }
  return outcome;
}

/**
 * Pins for a cart: now and then the whole wallet, which often is not lawful, else what some lawful
 * decision names.
 */
export function pinsOf(book, request, number) {
  const ctx = prepare(book, request);
  if (number % 3 === 0) return { coupons: ctx.wallet.map((coupon) => coupon.id) };
  const found = [];
  walkAll(ctx, (own, state) => found.push({ own, state }));
  const { own, state } = found[(number * 7919) % found.length];
  const decision = decisionOf(own, state);
  const pins = { coupons: decision.coupons, lines: {} };
  for (const { id } of ctx.priced) {
    const rules = decision.lines.filter((pair) => pair.line === id).map((pair) => pair.rule);
    // A pin names one rule, in one of the groups the line may serve.
    pins.lines[id] = rules[number % Math.max(1, rules.length)] ?? null;
  }
  return pins;
}
