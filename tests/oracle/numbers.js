// Integer arithmetic of the oracle: exact products, roundings, and the one way to share a sum.
// Amounts are fen in ordinary numbers; every product that could pass 2^53 goes through BigInt.

const mulDivParts = (a, b, divisor) => {
  const product = a * b;
  if (Number.isSafeInteger(product)) {
    const rest = product % divisor;
    return { quotient: (product - rest) / divisor, rest };
  }
  const exact = BigInt(a) * BigInt(b);
  return {
    quotient: safe(Number(exact / BigInt(divisor))),
    rest: Number(exact % BigInt(divisor))
  };
};

/** The number itself; a value that is no safe integer is an error of the oracle. */
export function safe(value) {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  return value;
}

export const sum = (values) => {
  let total = 0;
  for (const value of values) total += value;
  return safe(total);
};

/** floor(a·b/divisor) for a, b >= 0 and divisor > 0. */
export const mulDivFloor = (a, b, divisor) => mulDivParts(a, b, divisor).quotient;

/** ceil(a·b/divisor) for a, b >= 0 and divisor > 0. */
export function mulDivCeil(a, b, divisor) {
  const { quotient, rest } = mulDivParts(a, b, divisor);
  return quotient + (rest > 0 ? 1 : 0);
}

/** a·b/divisor rounded by mode (floor, half_up, half_even, up). */
export function mulDivRound(a, b, divisor, mode) {
  const { quotient, rest } = mulDivParts(a, b, divisor);
  if (mode === 'floor' || rest === 0) return quotient;
  if (mode === 'up') return quotient + 1;
  if (2 * rest !== divisor) return quotient + (2 * rest > divisor ? 1 : 0);
  if (mode === 'half_up') return quotient + 1;
  return quotient + (quotient % 2);
}

/**
 * §4 share(amount, weights, caps?, mode): integer parts that add up to amount.
 * With caps the amount must fit into them.
 */
export function share(amount, weights, caps, mode) {
  const parts = weights.map(() => 0);
  if (amount === 0 || weights.length === 0) return parts;

  if (weights.every((weight) => weight === 0)) {
    const equal = Math.floor(amount / weights.length);
    const extras = amount - equal * weights.length;
    let refused = 0;
    return parts.map((_, i) => {
      const wanted = equal + (i < extras ? 1 : 0);
      return caps ? Math.min(wanted, caps[i]) : wanted;
    }).map((part, i, all) => {
      // What caps refuse goes to the first entries that still have room.
      if (i === 0) refused = amount - sum(all);
      const more = caps ? Math.min(refused, caps[i] - part) : 0;
      refused -= more;
      return part + more;
    });
  }

  const cap = (i) => (caps ? caps[i] : Infinity);
  const remainders = weights.map(() => 0);
  const fixed = weights.map(() => false);
  let rest = amount;
  for (;;) {
    const weightSum = sum(weights.filter((_, i) => !fixed[i]));
    const over = [];
    for (let i = 0; i < weights.length; i++) {
      if (fixed[i]) continue;
      const { quotient, rest: left } =
        weightSum > 0 ? mulDivParts(rest, weights[i], weightSum) : { quotient: 0, rest: 0 };
      parts[i] = quotient;
      remainders[i] = left;
      if (quotient > cap(i)) over.push(i);
    }
    if (over.length === 0) break;
    for (const i of over) {
      fixed[i] = true;
      parts[i] = cap(i);
      rest -= cap(i);
    }
  }

  let remaining = amount - sum(parts);
  const place = (order, most) => {
    for (const i of order) {
      const step = Math.min(remaining, cap(i) - parts[i], most);
      parts[i] += step;
      remaining -= step;
    }
  };
  const all = weights.map((_, i) => i);
  const forwards = mode === 'last' ? all.toReversed() : all;
  // Entries of weight 0 come last.
  const heavy = forwards.filter((i) => weights[i] > 0);
  const largest = heavy.toSorted((a, b) => remainders[b] - remainders[a] || a - b);
  // `largest`: one each, and what then still remains forwards.
  if (mode === 'largest') place(largest, 1);
  place(heavy, Infinity);
  place(forwards.filter((i) => weights[i] === 0), Infinity);
  if (remaining > 0) throw new RangeError('the amount does not fit into the caps');
  return parts;
}
