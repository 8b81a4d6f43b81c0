// A stream of choices from a seed: the same seed, the same life.
export function randomOf(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (z ^ (z >>> 14)) >>> 0;
  }
  const below = (n) => next() % n;
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (list) => list[below(list.length)],
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => below(256))),
  };
}
