// Requests of every kind: good ones, nearly good ones, and bytes that mean harm.
import { randomFrom } from './random.js';

const skus = ['1', '2', '3', '4', '5', '6', 'no-such', '', '算', 'x'.repeat(65)];
const numbers = ['0', '1', '2', '7', '99', '9999', '10000', '-1', '-0', '1.0', '1e3', '0x10',
  '9007199254740991', '9007199254740992', '99999999999999999999', '1E400', '00', 'NaN', '""'];
const pieces = ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '\\ud800', 'null', 'true',
  '1e9', '\0', '\x1f', '\ufeff', '/', '//', ' ', '\n'];

/** One request as an object, mostly one that the fixture book can price. */
export function randomRequest({ below, pick }) {
  const often = (share, value) => (below(100) < share ? value() : undefined);
  const line = (i) => ({
    id: often(30, () => `l${i}`),
    sku: below(150) === 0 ? pick(skus) : String(1 + below(6)),
    qty: 1 + below(pick([3, 30, 9999])),
    selected: often(20, () => below(2) === 0),
    shop: often(20, () => `shop${below(3)}`),
    fulfilment: often(20, () => pick(['delivery', 'pickup'])),
    seen_unit: often(10, () => below(3000)),
  });
  const coupon = (i) => ({
    id: `c${i}`, rule: pick(['shop_30_4', 'shop_10_percent', 'shop_30_4', 'no-rule']),
    from: often(20, () => 1767240000 + below(3) - 1), to: often(20, () => 1767240000 + below(3)),
  });
  // Only SKU 2 is sold with options; now and then another one is asked for them.
  const withOptions = (one) => (one.sku === '2' || below(100) === 0
    ? { ...one, options: [{ id: pick(['egg', 'box']), qty: 1 + below(3) }] }
    : one);
  return JSON.parse(JSON.stringify({
    now: 1767240000,
    detail: often(60, () => pick(['totals', 'lines', 'full'])),
    member: often(60, () => ({ id: 'm', tier: pick(['gold', 'silver']), points: below(5000) })),
    lines: Array.from({ length: below(pick([4, 12, 40])) }, (_, i) => withOptions(line(i))),
    address: often(70, () => ({ region: pick(['310104', '54']) })),
    coupons: often(60, () => Array.from({ length: below(9) }, (_, i) => coupon(i))),
    points: often(50, () => pick(['max', 0, 150])),
    pick: often(20, () => pick(['best', 'none'])),
    pins: often(4, () => ({ coupons: ['c0'] })),
  }));
}

const spoil = [
  // A number that is none, or none of ours.
  (text, { pick }) => text.replace(/\d+/g, (found) => pick([found, found, found, pick(numbers)])),
  (text, { below }) => text.slice(0, below(text.length + 1)),
  (text, { below, pick }) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + pick(pieces) + text.slice(at);
  },
  (text, { below }) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(4));
  },
  (text, { pick }) =>
    text.replace(/"(\w+)":/, (all, key) => pick([`"${key}":1,"${key}":`, '"x":'])),
];

const byteSpoil = [
  (bytes, { below }) => {
    bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  (bytes, { below }) => bytes.subarray(below(bytes.length)),
  (bytes, { below }) => Uint8Array.from({ length: below(200) }, () => below(256)),
];

const nested = (open, close, depth) => open.repeat(depth) + close.repeat(depth);

/** Bytes that no generator would make by chance. */
export const worst = [
  '', ' ', '\0', 'null', '"', '{', '[', '[]', '{}', '{"":{}}', '\ufeff{}', '{"now":1,"lines":[]}',
  nested('[', ']', 16), nested('[', ']', 17), nested('[', ']', 30000), nested('{"a":', '}', 20000),
  '['.repeat(60000), '{"a":'.repeat(12000), `[${'1,'.repeat(30000)}1]`,
  `{"now":${'9'.repeat(60000)}}`, `{"now":1${'0'.repeat(400)}}`, `"${'\\u0041'.repeat(10000)}"`,
  `"${'a'.repeat(65000)}"`, `{"${'k'.repeat(65000)}":1}`, '"\\ud800"', '"\\udc00\\ud800"',
  `{"now":1,"lines":[${Array(201).fill('{"sku":"1","qty":1}')}]}`,
  `{"now":1,"lines":[${Array(200).fill('{"sku":"4","qty":9999}')}]}`,
  `{"now":1,"lines":[],"coupons":[${Array.from({ length: 100 },
    (_, i) => `{"id":"${i}","rule":"shop_30_4"}`)}]}`,
  'a'.repeat(70000),
].map((text) => Buffer.from(text));

/** A stream of requests as bytes, the same for the same seed. */
export function* requests(seed, count) {
  const random = randomFrom(seed);
  yield* worst;
  for (let i = 0; i < count; i++) {
    let text = JSON.stringify(randomRequest(random));
    const kind = random.below(10);
    const spoils = kind < 4 ? 0 : 1 + random.below(3);
    for (let n = 0; n < spoils; n++) text = random.pick(spoil)(text, random);
    const bytes = new Uint8Array(Buffer.from(text));
    yield kind >= 8 && bytes.length > 0 ? random.pick(byteSpoil)(bytes, random) : bytes;
  }
}
