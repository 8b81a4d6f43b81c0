// Runs a range of carts of one seed against one engine and adds up what was seen. Used by the
// threads of run.js and by oracle.test.js.

import { generateCart, Random } from './generate.js';
import { compareCart, pinsOf } from './compare.js';
import { openEngine } from './engines.js';
import { prepare } from './prepare.js';
import { answerText, textOf } from './answer.js';
import { solve } from './enumerate.js';
import { decisionOf } from './price.js';
import { shrink } from './shrink.js';
import { FEATURES } from './features/index.js';

export const FACTS = ['greedy', 'cliff', 'lines', 'exclusions', 'skip'];

/** The cart of a number; every tenth one also pins a decision that need not be the best. */
export function cartOf(seed, number, features = []) {
  const { book, request } = generateCart(seed, number, features);
  if (number % 10 === 3 && !request.pick) {
    request.pins = { ...request.pins, ...pinsOf(book, request, number) };
  }
  return { book, request };
}

/**
 * The features of one cart of a run: none in every fourth, else up to three, for a cart that has
 * them all seldom has a rule left that acts.
 */
function mixOf(seed, number, features) {
  const random = new Random(Math.imul(number + 1, 0x27d4eb2f) ^ seed);
  random.next();
  return random.chance(25) ? [] : random.shuffle(features).slice(0, random.int(1, 3));
}

/** Is the best decision another one when nothing excludes anything? */
function exclusionsMatter(book, request) {
  const holders = [...book.rules.rules.map((rule) => rule.stack), ...groupsOf(book)];
  if (!holders.some((holder) => holder?.excludes)) return false;
  const decide = (mutant) => {
    const ctx = prepare(book, request, mutant);
    const { ctx: own, state, cost } = solve(ctx);
    return JSON.stringify([cost, decisionOf(own, state)]);
  };
  return decide(null) !== decide('drop_excludes');
}

/** Does the answer change when what a feature is about is read wrongly? */
function isMissed(seen, mutants) {
  const { book, request } = seen;
  const right = textOf(seen);
  return mutants.some((mutant) => answerText(book, request, mutant) !== right);
}

/** The first cart of a seed whose answer a mutant changes, or null; no engine is asked. */
export function firstNoticed(seed, count, mutant, features, right = new Map()) {
  for (let number = 0; number < count; number++) {
    const key = `${seed} ${number} ${features}`;
    if (!right.has(key)) {
      const cart = cartOf(seed, number, features);
      right.set(key, { ...cart, text: answerText(cart.book, cart.request) });
    }
    const { book, request, text } = right.get(key);
    if (answerText(book, request, mutant) !== text) return number;
  }
  return null;
}

/** The features that the best decision of a cart really used. */
export const usedFeatures = (seen, features) =>
  features.filter((name) => {
    const { used, mutants } = FEATURES[name];
    return used ? used(seen) : isMissed(seen, mutants);
  });

const groupsOf = (book) => Object.values(book.rules.groups ?? {});

/** What the oracle can't read is a difference too: one such cart must not end a long run. */
async function compareSafely(engine, { book, request }, options) {
  try {
    return await compareCart(engine, book, request, options);
  } catch (error) {
    const difference = { kind: 'error', lines: [error.stack] };
    return { difference, exact: true, beaten: false, visited: 0 };
  }
}

/** A smaller cart that differs in the same way, with its difference. */
async function shrunkOf(engine, { book, request }, kind, options) {
  const differs = async (candidate) => {
    const { difference } = await compareCart(engine, candidate.book, candidate.request, options);
    if (difference?.kind === 'trap') await engine.restart();
    return difference?.kind === kind;
  };
  const keep = kind === 'refused' || kind === 'error';
  const less = keep ? { book, request } : await shrink({ book, request }, differs);
  const { difference } = await compareSafely(engine, less, options);
  return { ...less, difference };
}

/** What a cart of the sample shows, added to the facts and to how many could have shown it. */
function addFacts({ facts, of }, { book, request }, outcome, own) {
  for (const name of own.length > 0 ? own : ['base']) of[name]++;
  if (own.length > 0) {
    for (const name of usedFeatures(outcome.seen, own)) facts[name]++;
    return;
  }
  const seen = { ...outcome.facts, exclusions: exclusionsMatter(book, request) };
  for (const name of FACTS) if (seen[name]) facts[name]++;
}

/** Nothing seen yet. `of`: of how many sampled carts a share is taken; base: without features. */
export const nothingSeen = (features) => ({
  carts: 0,
  visited: 0,
  failures: 0,
  inexact: 0, // the engine does not say that its answer is the best
  beaten: 0, // of these, the oracle found a better one
  facts: Object.fromEntries([...FACTS, ...features].map((name) => [name, 0])),
  of: Object.fromEntries(['base', ...features].map((name) => [name, 0]))
});

/**
 * Runs carts on an engine that is open.
 * @param options {seed, first, count, mutant, features, mix, sampleEvery, stopAtFirst,
 *   shrinkFailures}
 * @param report called with each failure {number, cart, difference, shrunk}
 * @returns what nothingSeen names
 */
export async function checkCarts(engine, options, report = () => {}) {
  const { seed, first, count, mutant = null, features = [], mix = false } = options;
  const { sampleEvery = 0, stopAtFirst = true, shrinkFailures = true } = options;
  const result = nothingSeen(features);
  for (let number = first; number < first + count; number++) {
    const own = mix ? mixOf(seed, number, features) : features;
    const cart = cartOf(seed, number, own);
    const { book, request } = cart;
    const statistics = sampleEvery > 0 && number % sampleEvery === 0 && !request.pins;
    const asked = { mutant, features };
    const outcome = await compareSafely(engine, cart, { ...asked, statistics });
    result.carts++;
    result.visited += outcome.visited;
    if (!outcome.exact) result.inexact++;
    if (outcome.beaten) result.beaten++;
    if (statistics && outcome.seen) addFacts(result, cart, outcome, own);
    const { difference } = outcome;
    if (!difference) continue;
    // What differs without the mutant too is no proof that the mutant was noticed.
    if (mutant && (await compareCart(engine, book, request, { features })).difference) continue;
    result.failures++;
    if (difference.kind === 'trap') await engine.restart();
    const shrunk = shrinkFailures ? await shrunkOf(engine, cart, difference.kind, asked) : null;
    report({ number, cart, difference, shrunk });
    if (stopAtFirst) break;
  }
  return result;
}

/** checkCarts on an engine of its own; options.engine: its kind. */
export async function checkRange(options, report) {
  const engine = await openEngine(options.engine);
  const result = await checkCarts(engine, options, report);
  engine.close();
  return result;
}
