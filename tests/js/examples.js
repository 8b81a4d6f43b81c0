// Reads the worked examples of src/EXAMPLES.md: each block of JSON is a small case, and this file
// says what a short form stands for.
import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Friday, 20 November 2026, 12:00 in China: what `now` is unless an example says otherwise. */
export const now = 1795147200;

/** The fenced blocks of a text with their line numbers and the titles above them. */
export function readExamples(path) {
  const examples = [];
  let title = '';
  let open = null;
  readFileSync(new URL(path, root), 'utf8').split('\n').forEach((text, index) => {
    if (text.startsWith('### ')) title = text.slice(4);
    else if (text === '```json') open = { path, line: index + 1, title, text: '' };
    else if (text === '```' && open) {
      examples.push({ ...open, json: JSON.parse(open.text) });
      open = null;
    } else if (open) open.text += `${text}\n`;
  });
  return examples;
}

const members = new Set(['switch', 'rules', 'skus', 'options', 'stores', 'lines', 'coupons',
  'with', 'request', 'payable', 'expect']);

const objects = (map, name) => Object.entries(map)
  .map(([id, value]) => ({ id, ...(typeof value === 'object' ? value : { [name]: value }) }));

// A rule's id stands for one coupon of it; several of one rule are numbered.
const wallet = (coupons) => coupons.map((coupon, index) => (typeof coupon === 'string'
  ? { id: coupons.indexOf(coupon) === index ? coupon : `${coupon}_${index + 1}`, rule: coupon }
  : coupon));

function book(example, policy) {
  const catalog = { skus: objects(example.skus, 'price') };
  if (example.options) catalog.options = example.options;
  if (example.stores) catalog.stores = example.stores;
  const rules = { preset: 'cn_sequential', ...example.with, rules: example.rules };
  const [[name, value] = []] = Object.entries(policy);
  if (name === 'preset') rules.preset = value;
  else if (name) rules.policy = { ...rules.policy, ...policy };
  return { suanpan_book: 1, shop: 's', version: 1, meaning: 1, catalog, rules };
}

function request(example) {
  const lines = Array.isArray(example.lines) ? example.lines
    : Object.entries(example.lines).map(([sku, qty]) => ({ sku, qty }));
  const coupons = example.coupons ? { coupons: wallet(example.coupons) } : {};
  return { now, lines, ...coupons, ...example.request };
}

// The value of a switch, which JSON can only write as a string where it is a member's name.
const valueOf = (name) => (/^(true|false|\d+)$/.test(name) ? JSON.parse(name) : name);

/**
 * The cases of an example: { name, book, request, expect }. One with a `switch` is a case for each
 * of its values, which `payable` or `expect` names.
 */
export function expand(example) {
  for (const key of Object.keys(example)) {
    if (!members.has(key)) throw new Error(`unknown member ${key}`);
  }
  const { switch: name, payable, expect } = example;
  const make = (label, policy, sum, more) => ({
    name: label, book: book(example, policy), request: request(example),
    expect: { ...more, totals: { ...more?.totals, payable: sum } },
  });
  if (!name) return [make('', {}, payable, expect)];
  const isSum = typeof payable === 'number';
  return Object.keys(isSum ? expect : payable).map((value) => make(value,
    { [name]: valueOf(value) }, isSum ? payable : payable[value], isSum ? expect[value] : expect));
}
