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

export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return safe(total);
}

/** Σ of a number of each entry. */
export function sumOf(entries, numberOf) {
  let total = 0;
  for (let i = 0; i < entries.length; i++) total += numberOf(entries[i], i);
  return safe(total);
}

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

/** Nothing weighs anything: equal parts; what caps refuse goes to the first that have room. */
function shareEqually(amount, count, caps) {
  const equal = Math.floor(amount / count);
  const extras = amount - equal * count;
  const parts = [];
  for (let i = 0; i < count; i++) {
    const wanted = equal + (i < extras ? 1 : 0);
    parts.push(caps ? Math.min(wanted, caps[i]) : wanted);
  }
  let refused = amount - sum(parts);
  for (let i = 0; caps && i < count; i++) {
    const more = Math.min(refused, caps[i] - parts[i]);
    parts[i] += more;
    refused -= more;
  }
  return parts;
}

/**
 * Parts rounded down, those over their cap fixed there and the rest shared again.
 * @param remainders filled with what the last rounding of each entry left
 */
function shareDown(amount, weights, caps, remainders) {
  const count = weights.length;
  const parts = weights.slice().fill(0);
  const fixed = new Array(count).fill(false);
  let rest = amount;
  for (;;) {
    let weightSum = 0;
    for (let i = 0; i < count; i++) if (!fixed[i]) weightSum += weights[i];
    safe(weightSum);
    const over = [];
    for (let i = 0; i < count; i++) {
      if (fixed[i]) continue;
      parts[i] = 0;
      remainders[i] = 0;
      if (weightSum > 0) {
        const { quotient, rest: left } = mulDivParts(rest, weights[i], weightSum);
        parts[i] = quotient;
        remainders[i] = left;
      }
      if (caps && parts[i] > caps[i]) over.push(i);
    }
    if (over.length === 0) return parts;
    for (const i of over) {
      fixed[i] = true;
      parts[i] = caps[i];
      rest -= caps[i];
    }
  }
}

/**
 * §4 share(amount, weights, caps?, mode): integer parts that add up to amount.
 * With caps the amount must fit into them.
 */
export function share(amount, weights, caps, mode) {
  const count = weights.length;
  if (amount === 0 || count === 0) return weights.slice().fill(0);
  if (count === 1 && (!caps || amount <= caps[0])) return [amount];
  if (weights.every((weight) => weight === 0)) return shareEqually(amount, count, caps);

  const remainders = weights.slice().fill(0);
  const parts = shareDown(amount, weights, caps, remainders);
  let remaining = amount - sum(parts);
  const place = (i, most) => {
    const step = Math.min(remaining, caps ? caps[i] - parts[i] : remaining, most);
    parts[i] += step;
    remaining -= step;
  };
  if (remaining > 0 && mode === 'largest') {
    // One each, and what then still remains forwards.
    const heavy = weights.map((_, i) => i).filter((i) => weights[i] > 0);
    heavy.sort((a, b) => remainders[b] - remainders[a] || a - b);
    for (const i of heavy) place(i, 1);
  }
  // Entries of weight 0 come last.
  for (const light of [false, true]) {
    for (let k = 0; remaining > 0 && k < count; k++) {
      const i = mode === 'last' ? count - 1 - k : k;
      if ((weights[i] === 0) === light) place(i, Infinity);
    }
  }
  if (remaining > 0) throw new RangeError('the amount does not fit into the caps');
  return parts;
}
