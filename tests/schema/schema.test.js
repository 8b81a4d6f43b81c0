// The JSON Schemas for editors: they take every good book, request and receipt there is, refuse
// what they can know to be wrong, and say the same as src/README.md.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';

import Ajv from 'ajv/dist/2020.js';

import { createEngine } from '../../js/node.js';
import { errors, limits, reasons } from '../../js/generated/codes.js';
import { mergePatch, readCases, readRefundCases } from '../cases/read_cases.js';

const root = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const schemas = Object.fromEntries(['book', 'request', 'receipt', 'refund', 'refunded']
  .map((name) => [name, JSON.parse(read(`src/schema/${name}.json`))]));

// A conditional names members that another part of the schema defines, which strict mode takes for
// a slip: its checks of types and required members are made here by the negative examples.
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false,
  strictTuples: false });
const validators = Object.fromEntries(Object.entries(schemas)
  .map(([name, schema]) => [name, ajv.compile(schema)]));

function check(name, value) {
  const validate = validators[name];
  return validate(value) ? null
    : validate.errors.map((error) => `${error.instancePath} ${error.message}`).join('; ');
}

const takes = (name, value, what) => {
  const found = check(name, value);
  assert.equal(found, null, `${what}: ${found}`);
};

const refuses = (name, value, what) => assert.notEqual(check(name, value), null, what);

const cases = readCases();
const refunds = readRefundCases();
const good = cases.filter((c) => c.expect);
const nameOf = (c) => `${c.file}:${c.line} ${c.title}`;

describe('what is good is taken', () => {
  test('the books and requests of the golden cases', () => {
    for (const c of good) {
      takes('book', JSON.parse(c.bookText), nameOf(c));
      takes('request', c.request, nameOf(c));
    }
  });

  test('the receipts of the golden cases at every detail', async () => {
    const engine = await createEngine();
    for (const c of good) {
      await engine.load(c.bookText, { unsignedBookForDevelopment: true });
      for (const detail of ['totals', 'lines', 'full']) {
        takes('receipt', engine.quote({ ...c.request, detail }), `${nameOf(c)} (${detail})`);
      }
    }
    engine.dispose();
  });

  test('the refunds of the golden cases and their replies', async () => {
    const engine = await createEngine();
    for (const c of refunds.filter(({ expect }) => expect)) {
      takes('refund', c.refund, nameOf(c));
      takes('refunded', engine.refund(c.refund), nameOf(c));
    }
    engine.dispose();
  });

  test('the books of the demo', () => {
    const names = readdirSync(new URL('demo/seed', root)).filter((name) => name.endsWith('.json'));
    const books = names.filter((name) => name.endsWith('.book.json'));
    assert.ok(books.length > 0);
    for (const name of books) takes('book', JSON.parse(read(`demo/seed/${name}`)), name);
    // A member file holds the parts of a request that belong to the member.
    for (const name of names.filter((other) => other.endsWith('.member.json'))) {
      const { now, member, coupons, addresses } = JSON.parse(read(`demo/seed/${name}`));
      const [address] = addresses.map(({ region }) => ({ region }));
      takes('request', { now, member, coupons, address, lines: [] }, name);
    }
  });
});

// Codes for what needs knowledge beyond one value: ids that must exist or be unique, two settings
// far apart, sums. A schema may see some of these, and has to see all of the others.
const beyond = new Set(['E_REFERENCE', 'E_DUPLICATE_ID', 'E_CONFLICT', 'E_DECISION', 'E_OVERFLOW',
  'E_BENEFIT_VALUE', 'E_DUPLICATE_KEY', 'E_DEPTH', 'E_ORDER_TYPE']);
// Single values whose meaning a pattern does not reach.
const subtle = new Set(['A day that does not exist', 'Hours that are no hours',
  'Hours that begin at the end of the day',
  'Tiers that do not rise', 'An id is counted in bytes', 'Sixteen deep is read',
  'A group of both kinds that does not say what its maximum counts in',
  'A group of both kinds that does not say how pieces are served', 'Too many inner conditions',
  'A member’s birthday that is no date', 'A seventeenth payer',
  'Three shares of one payer']);

describe('what is wrong is refused', () => {
  for (const c of cases.filter(({ error }) => error && !beyond.has(error.code))) {
    if (c.isRequestRaw || !c.isBookJson || subtle.has(c.title)) continue;
    test(nameOf(c), () => {
      if (c.request === undefined) refuses('book', JSON.parse(c.bookText));
      else refuses('request', c.request);
    });
  }

  for (const c of refunds.filter(({ error }) => error && !beyond.has(error.code))) {
    // What is left of an order is a sum.
    if (/ pieces|What is done|beyond what is left|costs nothing|gifts than/.test(c.title)) continue;
    test(nameOf(c), () => refuses('refund', c.refund));
  }

  test('replies of a refund that cannot be', async () => {
    const engine = await createEngine();
    const reply = engine.refund(refunds.find(({ expect }) => expect).refund);
    engine.dispose();
    for (const patch of [{ goods: -1 }, { tender: null }, { tender: { coins: 1 } }, { refund: 1 },
      { coupons: ['a', 'a'] }]) refuses('refunded', mergePatch(reply, patch), 'reply');
  });

  const book = JSON.parse(good.find((c) => c.file === 'whole_orders.md').bookText);
  const ruled = (rule) => mergePatch(book, { rules: { groups: { g: {} }, rules: [
    { id: 'r', kind: 'promotion', stage: 'order', give: { amount_off: { amount: 1 } }, ...rule },
  ] } });

  test('the books that these examples break are good', () => {
    takes('book', book, 'whole_orders.md');
    takes('book', ruled({}), 'one rule');
  });

  const wrongBooks = {
    'a coupon in the order stage': ruled({ kind: 'coupon' }),
    'a member price outside the unit stage': ruled({ kind: 'member' }),
    'a unit price in the order stage': ruled({ give: { unit_price: { price: 1 } } }),
    'two prices in one offer': ruled({
      stage: 'unit', give: { unit_price: { price: 1, prices: { a: 1 } } },
    }),
    'money in the reward stage': ruled({ stage: 'reward' }),
    'goods in the freight stage': ruled({ stage: 'freight' }),
    'an empty list of gives': ruled({ give: [] }),
    'two gives in one': ruled({ give: { free_freight: {}, points: { n: 1 } } }),
    'tiers in tiers': ruled({ give: { tiers: { by: 'qty', tiers: [{
      gte: 1, give: { tiers: { by: 'qty', tiers: [] } },
    }] } } }),
    'a compounded amount': ruled({
      give: { every: { by: 'qty', step: 1, compound: true, give: { amount_off: { amount: 1 } } } },
    }),
    'a price and an amount of a bundle': ruled({
      give: { bundle: { needs: [{ scope: 'all', qty: 1 }], price: 1, off: 1 } },
    }),
    'the best of several pieces': ruled({
      give: { percent_off: { bp: 1, per: 'unit', max_units: 2, choose: 'best' } },
    }),
    'a cap of an amount of freight': ruled({
      stage: 'freight', give: { freight_off: { amount: 1, cap: 1 } },
    }),
    'a number of pieces for the order': ruled({
      give: { amount_off: { amount: 1, max_units: 1 } },
    }),
    'a choice of pieces for the order': ruled({
      give: { percent_off: { bp: 1, choose: 'dearest' } },
    }),
    'a cap for each line': ruled({ give: { percent_off: { bp: 1, per: 'line', cap: 1 } } }),
    'a quota of each line without pieces': ruled({
      give: { amount_off: { amount: 1, per: 'unit', max_units_per: 'line' } },
    }),
    'a choice of a quota of each line': ruled({
      kind: 'flash', stage: 'unit',
      give: { unit_price: { price: 1, max_units: 1, choose: 'dearest' } },
    }),
    'payable goods in the order stage': ruled({ when: { amount_gte: 1, base: 'payable_goods' } }),
    'a reward in a group': ruled({
      stage: 'reward', give: { points: { n: 1 } }, stack: { group: 'g' },
    }),
    'a free-freight promotion in a group': ruled({
      stage: 'freight', give: { free_freight: {} }, stack: { group: 'g' },
    }),
    'a group called promotion': mergePatch(book, { rules: { groups: { promotion: {} } } }),
    'a rounding unit of 5': mergePatch(book, { rules: { policy: { rounding_off_fen: 5 } } }),
    'no rules': mergePatch(book, { rules: { rules: null } }),
    'no catalogue': mergePatch(book, { catalog: null }),
  };
  for (const [what, wrong] of Object.entries(wrongBooks)) {
    test(`a book with ${what}`, () => refuses('book', wrong));
  }

  const request = { now: 0, lines: [{ sku: 'a', qty: 1 }] };
  const wrongRequests = {
    'no lines': { now: 0 },
    'a line of null': { now: 0, lines: [null] },
    'a fraction of a piece': { now: 0, lines: [{ sku: 'a', qty: 0.5 }] },
    'points in words': { ...request, points: 'all' },
    'a coupon without a rule': { ...request, coupons: [{ id: 'c' }] },
    'one coupon pinned twice': { ...request, pins: { coupons: ['c', 'c'] } },
    'a decision without coupons': { ...request, decision: { rules: [], lines: [] } },
    'an unknown way of handing over': {
      now: 0, lines: [{ sku: 'a', qty: 1, fulfilment: 'drone' }],
    },
  };
  test('the request that these examples break is good', () => takes('request', request, 'request'));
  for (const [what, wrong] of Object.entries(wrongRequests)) {
    test(`a request with ${what}`, () => refuses('request', wrong));
  }

  test('receipts that cannot be', async () => {
    const engine = await createEngine();
    await engine.load(book, { unsignedBookForDevelopment: true });
    const receipt = engine.quote({ now: 0, detail: 'full', lines: [{ sku: 'oolong', qty: 1 }] });
    engine.dispose();
    takes('receipt', receipt, 'the receipt that these examples break');
    const wrong = {
      'negative money': { totals: { payable: -1 } },
      'no totals': { totals: null },
      'lines without groups': { groups: null },
      'a state nobody knows': { freight: { state: 'lost' } },
      'half a hash': { hash: receipt.hash.slice(32) },
      'a member nobody knows': { discount: 1 },
      'a warning without its prices': { warnings: [{ code: 'PRICE_CHANGED', line: '0' }] },
      'an order that may be submitted for a reason': { submit: { ok: true, reason: 'EMPTY' } },
    };
    for (const [what, patch] of Object.entries(wrong)) {
      refuses('receipt', mergePatch(receipt, patch), what);
    }
  });
});

// ---- the schemas and the text ----

const readme = read('src/README.md');

// The text of a section: '1' is 1 with all that is below it.
function section(number) {
  const start = readme.indexOf(`\n## ${number}. `);
  assert.ok(start >= 0, `section ${number}`);
  const end = readme.indexOf('\n## ', start + 1);
  return readme.slice(start, end < 0 ? undefined : end);
}

const fences = (text) => [...text.matchAll(/```\n([^]*?)```/g)].map((match) => match[1]).join('\n');
const wordsOf = (text) => new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/g));

// Every name of a member and every word among the values of a schema.
function namesOf(schema, names = { members: new Set(), values: new Set() }) {
  if (schema === null || typeof schema !== 'object') return names;
  for (const [key, value] of Object.entries(schema)) {
    // Here the keys are names of definitions or members, not words of JSON Schema.
    if (key === 'properties') Object.keys(value).forEach((name) => names.members.add(name));
    const isMap = key === 'properties' || key === '$defs';
    if (key === 'enum' || key === 'const') {
      [value].flat().filter((v) => typeof v === 'string').forEach((v) => names.values.add(v));
    } else if (isMap) {
      Object.values(value).forEach((child) => namesOf(child, names));
    } else if (key !== 'description') {
      namesOf(value, names);
    }
  }
  return names;
}

// Codes of a warning and of `submit` that the text shows the place of and does not list.
const codesWithoutText = new Set(['PRICE_CHANGED', 'MIN_ORDER', 'EMPTY']);

describe('the schemas say what src/README.md says', () => {
  // Section 5 lists the values of the switches that a book may name.
  const sections = {
    book: section('1') + section('5'), request: section('2'), receipt: section('6'),
    refund: section('10'), refunded: section('10'),
  };
  // Words in quotation marks that are not JSON of the shape: the manifest's, and an example's.
  const otherWords = {
    book: ['SPB1'],
    request: [], receipt: [],
    // Section 10 has the shapes of both.
    refund: [...namesOf(schemas.refunded).members],
    refunded: [...namesOf(schemas.refund).members, ...namesOf(schemas.refund).values],
  };
  for (const name of Object.keys(schemas)) {
    const { members, values } = namesOf(schemas[name]);

    test(`every word of ${name}.json stands in the text`, () => {
      // A receipt names what sections 1 to 3 tell about: warnings, the shape of a decision.
      const words = wordsOf(name === 'receipt' ? readme : sections[name]);
      const missing = [...members, ...values].filter((word) => !words.has(word));
      assert.deepEqual(missing.filter((word) => !reasons[word] && !codesWithoutText.has(word)), []);
    });

    test(`every quoted word of the text stands in ${name}.json`, () => {
      const quoted = [...fences(sections[name]).matchAll(/"([a-z][a-z0-9_]*)"/g)]
        .map((match) => match[1]);
      assert.ok(quoted.length > 10);
      const known = new Set([...members, ...values, ...otherWords[name]]);
      assert.deepEqual(quoted.filter((word) => !known.has(word)), []);
    });
  }

  test('the switches and their values are those of the table', () => {
    const { properties } = schemas.book.$defs.policy;
    const rows = [...section('5').matchAll(/^\| `([a-z_]+)` \| ([^|]+) \|/gm)];
    assert.deepEqual(rows.map((row) => row[1]), Object.keys(properties));
    for (const [, name, text] of rows) {
      const of = properties[name];
      const values = of.enum ?? ('const' in of ? [of.const] : null);
      const stated = text.trim();
      if (of.type === 'boolean') assert.equal(stated, 'true, false', name);
      else if (values) assert.equal(stated, values.join(', '), name);
      else assert.ok([`${of.minimum}..`, `${of.minimum}..${of.maximum}`].includes(stated), name);
    }
  });

  test('the reasons are those of the engine', () => {
    assert.deepEqual(new Set(schemas.receipt.$defs.reason.enum), new Set(Object.keys(reasons)));
  });

  test('the limits are those of the engine', () => {
    const { $defs: book } = schemas.book;
    const { $defs: request, properties } = schemas.request;
    assert.deepEqual({
      id_bytes_max: book.id.maxLength,
      skus_max: book.catalog.properties.skus.maxItems,
      options_max: book.catalog.properties.options.maxItems,
      sku_tags_max: book.sku.properties.tags.maxItems,
      sku_options_max: book.sku.properties.options.maxItems,
      rules_max: book.rules.properties.rules.maxItems,
      groups_max: book.rules.properties.groups.maxProperties,
      member_tiers_max: book.rules.properties.tiers.maxItems,
      member_cards_max: book.rules.properties.member_cards.maxProperties,
      fees_max: book.rules.properties.fees.maxItems,
      tiers_max: book.tiers.properties.tiers.maxItems,
      gives_max: book.rule.allOf[4].then.properties.give.oneOf[1].maxItems,
      gift_options_max: book.gift.properties.options.maxItems,
      nth_max: book.nth_item.properties.pay_bp.maxItems,
      templates_max: book.freight.properties.templates.maxItems,
      regions_max: book.template.properties.regions.maxItems,
      price_fen_max: book.price_fen.maximum,
      cart_fen_max: book.sum_fen.maximum,
      lines_max: properties.lines.maxItems,
      coupons_max: properties.coupons.maxItems,
      qty_max: request.line.properties.qty.maximum,
      line_options_max: request.line.properties.options.maxItems,
      option_qty_max: request.line.properties.options.items.properties.qty.maximum,
      line_parts_max: schemas.receipt.$defs.line.properties.segments.maxItems,
      refunds_max: schemas.refund.properties.done.maxItems,
      order_gifts_max: schemas.refund.$defs.order.properties.gifts.maxItems,
      gift_terms_max: 1 + schemas.refund.$defs.gift.properties.and.maxItems,
      order_lots_max: schemas.refund.$defs.order.properties.points.properties.lots.maxItems,
    }, Object.fromEntries(['id_bytes_max', 'skus_max', 'options_max', 'sku_tags_max',
      'sku_options_max', 'rules_max', 'groups_max', 'member_tiers_max', 'fees_max', 'tiers_max',
      'gives_max', 'gift_options_max', 'nth_max', 'templates_max', 'regions_max', 'price_fen_max',
      'cart_fen_max', 'lines_max', 'coupons_max', 'qty_max', 'line_options_max', 'option_qty_max',
      'line_parts_max', 'refunds_max', 'order_gifts_max', 'gift_terms_max',
      'order_lots_max', 'member_cards_max']
      .map((name) => [name, limits[name]])));
  });

  test('every error of the golden cases is one of the engine', () => {
    for (const c of [...cases, ...refunds].filter(({ error }) => error)) {
      assert.ok(errors[c.error.code], nameOf(c));
    }
  });
});

// Editors show a description where the cursor is, so every member of an object has one.
test('every member is described', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    const target = (ref) => schema.$defs[ref.slice('#/$defs/'.length)];
    const resolve = (value) => (value.$ref ? { ...target(value.$ref), ...value } : value);
    const visit = (value, path) => {
      if (value === null || typeof value !== 'object') return;
      const isClosed = value.additionalProperties === false && value.properties;
      for (const [key, member] of Object.entries(isClosed ? value.properties : {})) {
        assert.ok(resolve(member).description, `${name}.json ${path}/${key}`);
      }
      Object.entries(value).forEach(([key, child]) => visit(child, `${path}/${key}`));
    };
    visit(schema, '');
  }
});
