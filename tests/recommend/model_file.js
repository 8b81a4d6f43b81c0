// The file of a model that a golden case writes down (tests/cases/model.h), by src/RECOMMEND.md §6
// alone: it shares nothing with the trainer's writer or the engine's reader, so what one of them
// gets wrong shows.
const numberNames = ['version', 'items', 'entries_low', 'entries_high', 'id_bytes_low',
  'id_bytes_high', 'weight_bits', 'scale_bits', 'gap_bits', 'sections', 'day', 'recent_share',
  'popular', 'own',
  'own_alone', 'kin', 'kin_alone', 'decay', 'saturates', 'idle_days', 'loyal_orders', 'loyal_yuan'];
const scoreOne = 8192;
const steps = 128;
const weightBits = 8;
const scaleBits = 6;
const gapBits = 1;
const popularNone = 63;

const reversed = (bits) => [...bits].reverse().join('');
// The lowest bit comes first.
const binary = (value, width) => (width
  ? reversed(value.toString(2).padStart(width, '0').slice(-width)) : '');
const gamma = (value) => {
  const bits = value.toString(2).length - 1;
  return `${'1'.repeat(bits)}0${binary(value, bits)}`;
};
const pair = (value) => [value & 255, value >> 8];

// Gaps of gapBits bits behind no ones, then each time twice as many behind one more.
function gapCode(gap) {
  let [ones, least, count] = [0, 0, 2 ** gapBits];
  while (gap >= least + count) {
    ones++;
    least += count;
    count *= 2;
  }
  return `${'1'.repeat(ones)}0${binary(gap - least, Math.log2(count))}`;
}

function idBits(ids, letters) {
  const width = Math.ceil(Math.log2(letters.length));
  let last = '';
  return ids.map((id) => {
    let kept = 0;
    while (kept < id.length && last[kept] === id[kept]) kept++;
    const rest = [...id.slice(kept)].map((letter) =>
      binary(letters.indexOf(letter), width));
    const bits = gamma(last.length - kept + 1) + gamma(id.length - kept) + rest.join('');
    last = id;
    return bits;
  }).join('');
}

// A row of pairs begins behind its own good.
function rowBits(ids, row = {}, first = 0) {
  const columns = ids.map((id, column) => [column, row[id]])
    .filter(([column, weight]) => column >= first && weight);
  let next = first;
  return columns.map(([column, weight]) => {
    const gap = column - next;
    next = column + 1;
    const code = (Math.abs(weight) - 1) * 2 + (weight < 0 ? 1 : 0);
    return `${gapCode(gap)}${binary(code, weightBits)}`;
  }).join('');
}

/** The bytes of a described model; ids are ASCII. */
export function modelFile({ goods, numbers = {}, worth_bp: worth = Array(16).fill(0) }) {
  const ids = Object.keys(goods).sort();
  const letters = [...new Set(ids.join(''))].sort();
  const has = (name) => ids.some((id) => goods[id][name] !== undefined);
  const entries = ids.reduce((sum, id) => sum + Object.keys(goods[id].with || {}).length, 0);
  const idBytes = ids.join('').length;
  const head = { ...numbers, version: 3, items: ids.length, entries_low: entries & 65535,
    entries_high: entries >> 16, id_bytes_low: idBytes & 65535, id_bytes_high: idBytes >> 16,
    weight_bits: weightBits, scale_bits: has('scale') ? scaleBits : 0, gap_bits: gapBits,
    sections: (has('recent') ? 1 : 0) + (has('newcomer') ? 2 : 0) + (has('again') ? 4 : 0) };
  // A pair counts for both of its goods.
  const countOf = (id) => Object.keys(goods[id].with || {}).length
    + (has('scale') ? ids.filter((other) => goods[other].with?.[id]).length : 0);
  const codes = (name, width, otherwise) => (name === 'popular' || has(name)
    ? ids.map((id) => binary(goods[id][name] ?? otherwise, width)).join('') : '');
  const bits = idBits(ids, letters) + codes('popular', 6, popularNone)
    + codes('recent', 6, popularNone) + codes('newcomer', 6, popularNone) + codes('again', 4, 0)
    + (has('scale') ? codes('scale', scaleBits, 0) : '')
    + ids.map((id) => gamma(countOf(id) + 1)).join('')
    + ids.map((id, i) => rowBits(ids, goods[id].with, has('scale') ? i + 1 : 0)).join('');
  const levels = Array.from({ length: steps }, (_, i) => (i + 1) * scoreOne / steps)
    .flatMap((level) => [level, 65536 - level]);
  const letterCodes = letters.map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([
    ...[...'SPM1'].map((letter) => letter.charCodeAt(0)),
    ...numberNames.flatMap((name) => pair(head[name] || 0)),
    ...levels.flatMap(pair), ...worth.flatMap(pair), letters.length, ...letterCodes,
    ...(bits.match(/.{1,8}/g) || []).map((byte) => parseInt(reversed(byte.padEnd(8, '0')), 2)),
  ]);
}
