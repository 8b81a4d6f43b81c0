// Runs a range of carts of one seed against one engine and adds up what was seen. Used by run.js,
// in its own thread or in workers, and by oracle.test.js.

import { generateCart } from './generate.js';
import { compareCart, pinsOf } from './compare.js';
import { openEngine } from './engines.js';
import { prepare } from './prepare.js';
import { answerText } from './answer.js';
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
function isMissed({ book, request }, mutants) {
  const right = answerText(book, request);
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

/**
 * @param options {seed, first, count, stride, mutant, engine: kind, sampleEvery, stopAtFirst}
 * @param report called with each failure {number, difference, shrunk}
 * @returns {carts, inexact, sampled, facts, visited, failures}
 */
export async function checkRange(options, report = () => {}) {
  const { seed, first, count, stride = 1, mutant = null, engine: kind } = options;
  const { features = [], sampleEvery = 0, stopAtFirst = true, shrinkFailures = true } = options;
  const engine = await openEngine(kind);
  const facts = Object.fromEntries([...FACTS, ...features].map((name) => [name, 0]));
  const result = { carts: 0, inexact: 0, sampled: 0, visited: 0, failures: 0, facts };
  for (let number = first; number < first + count; number += stride) {
    const { book, request } = cartOf(seed, number, features);
    const statistics = sampleEvery > 0 && number % sampleEvery === 0 && !request.pins;
    const outcome = await compareCart(engine, book, request, { mutant, statistics, features });
    result.carts++;
    result.visited += outcome.visited;
    if (!outcome.exact) result.inexact++;
    if (statistics) {
      result.sampled++;
      const seen = { ...outcome.facts, exclusions: exclusionsMatter(book, request) };
      for (const name of FACTS) if (seen[name]) result.facts[name]++;
      for (const name of usedFeatures(outcome.seen, features)) result.facts[name]++;
    }
    if (!outcome.difference) continue;
    // What differs without the mutant too is no proof that the mutant was noticed.
    if (mutant && (await compareCart(engine, book, request, { features })).difference) continue;
    result.failures++;
    const { kind: failure } = outcome.difference;
    if (failure === 'trap') await engine.restart();
    let shrunk = { book, request };
    if (shrinkFailures && failure !== 'refused') {
      shrunk = await shrink({ book, request }, async (candidate) => {
        const { book: lessBook, request: lessRequest } = candidate;
        const { difference } = await compareCart(engine, lessBook, lessRequest, {
          mutant,
          features
        });
        if (difference?.kind === 'trap') await engine.restart();
        return difference?.kind === failure;
      });
    }
    const last = await compareCart(engine, shrunk.book, shrunk.request, { mutant, features });
    report({ number, difference: outcome.difference, shrunk: { ...shrunk, ...last.difference } });
    if (stopAtFirst) break;
  }
  engine.close();
  return result;
}
