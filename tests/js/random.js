// Random numbers from a seed: a failing test fails again.
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  /** An integer from 0 to count - 1. */
  const below = (count) => next() % count;
  const pick = (list) => list[below(list.length)];
  return { below, pick };
}
