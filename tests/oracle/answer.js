// The whole answer of the oracle to a request: the best decision settled, and what the request asks
// beyond it (src/README.md §2, §3.5, §6).

import { payersAsked } from './payers.js';
import { prepare } from './prepare.js';
import { decisionOf } from './price.js';
import { payableOf, settle } from './settle.js';
import { solve } from './enumerate.js';

/** The payable under each payer that the book asks for, and under none (''). */
function payOptions(book, request, mutant) {
  const options = {};
  for (const payer of ['', ...payersAsked(book)]) {
    const { payer: own, ...plain } = request;
    const none = mutant === 'options_keep_payer' ? request : plain;
    const asked = payer === '' ? none : { ...request, payer };
    const { ctx, state } = solve(prepare(book, asked, mutant));
    options[payer] = payableOf(ctx, state);
  }
  return options;
}

const hasPins = ({ pins, compare_best: asked }) => asked && pins && Object.keys(pins).length > 0;

/** What the pins of the shopper cost. */
function withoutPins(book, request, mutant, solved) {
  const { pins, ...plain } = request;
  const { ctx, state, cost } = solve(prepare(book, plain, mutant));
  const costs = mutant === 'pins_cost_nothing' ? 0 : solved.cost.at(-1) - cost.at(-1);
  return { payable: payableOf(ctx, state), costs, decision: decisionOf(ctx, state) };
}

/**
 * The best decision, not settled yet.
 * @returns what `solve` gives, plain: the cart before its payers are known, and beyond: what the
 *   request asks beyond one price
 */
export function search(book, request, { mutant = null, statistics = false } = {}) {
  const plain = prepare(book, request, mutant);
  const solved = solve(plain, { statistics });
  const beyond = {};
  if (request.pay_options) beyond.payOptions = payOptions(book, request, mutant);
  if (hasPins(request)) beyond.best = withoutPins(book, request, mutant, solved);
  return { ...solved, plain, beyond };
}

/** @returns what `search` gives, and `result`: the receipt in the form of settle.js */
export function answer(book, request, options = {}) {
  const found = search(book, request, options);
  return { ...found, result: { ...settle(found.ctx, found.state), ...found.beyond } };
}

/** All that an answer says, as text: what a mutant must change to be noticed. */
export function textOf({ state, result }) {
  const { cost, ties, ...said } = result;
  return JSON.stringify([said, state.records.length]);
}

export const answerText = (book, request, mutant = null) =>
  textOf(answer(book, request, { mutant }));
