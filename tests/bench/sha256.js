// SHA-256 of ASCII text as hex digits: published books are measured in jsc too, which has none.
const primes = (count) => {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
};
// The first 32 bits behind the point.
const fraction = (root) => ((root - Math.floor(root)) * 4294967296) | 0;
const keys = primes(64).map((prime) => fraction(Math.cbrt(prime)));
const start = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

function block(state, words) {
  for (let i = 16; i < 64; i++) {
    const [a, b] = [words[i - 15], words[i - 2]];
    words[i] = (words[i - 16] + words[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3))
      + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + keys[i]
      + words[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
}

export function sha256(text) {
  const size = Math.ceil((text.length + 9) / 64) * 16;
  const all = new Int32Array(size);
  for (let i = 0; i < text.length; i++) all[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  all[text.length >> 2] |= 128 << (24 - (text.length % 4) * 8);
  all[size - 1] = text.length * 8;
  let state = start;
  for (let at = 0; at < size; at += 16) state = block(state, [...all.subarray(at, at + 16)]);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
