// The wallets whose best decision is hard to find (tests/bench/wallets.js), made so small that the
// oracle can try every decision: prices to the fen, where hardly anything is equal, and to ten
// yuan, where much is; and with coupons that all stand together, of which two share the freight.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shopper } from '../bench/wallets.js';
import './v8.js';
import { compareCart } from './compare.js';
import { openEngine } from './engines.js';

const sizes = [
  { lines: 5, promotions: 3, coupons: [2, 2, 1], step: 1 },
  { lines: 5, promotions: 3, coupons: [2, 2, 1], step: 1000 },
  { lines: 4, promotions: 4, coupons: [3, 3, 1], step: 100 },
  { lines: 4, promotions: 3, coupons: [1, 1, 3], step: 500 },
  { lines: 4, promotions: 3, coupons: [1, 1, 3], step: 500, policy: { coupon_slots: 'unlimited' } },
];

/** One of the wallets, under a policy of its own. */
function wallet(n, { policy, ...size }) {
  const { book, request } = shopper(30, n, size);
  if (policy) {
    book.rules.policy = policy;
    book.rules.rules.forEach((rule, i) => {
      if (rule.stage !== 'freight') return;
      rule.stack = { group: `freight-${i}` };
      book.rules.groups[rule.stack.group] = { max: 1, max_per: 'order' };
    });
  }
  return { book, request: { ...request, detail: 'full' } };
}

for (const size of sizes) {
  test(`40 wallets like ${JSON.stringify(size)} agree with the engine`, async () => {
    const engine = await openEngine('wasm');
    let proven = 0;
    for (let n = 0; n < 40; n++) {
      const { book, request } = wallet(n, size);
      const outcome = await compareCart(engine, book, request);
      assert.equal(outcome.difference, null, `wallet ${n}`);
      proven += outcome.exact;
    }
    engine.close();
    assert.ok(proven >= 39, `${proven} of 40 are proven`);
  });
}

/** Whether one line that goes to another rule, or to none, makes the decision cheaper. */
async function lineGoesBetterElsewhere(engine, n) {
  const { book, request: brief } = shopper(1, n);
  const request = { ...brief, detail: 'full' };
  const text = JSON.stringify(book);
  const { decision, totals } = (await engine.quote(book, text, request)).receipt;
  const promotions = book.rules.rules.filter(({ kind }) => kind === 'promotion');
  for (const { id, sku } of request.lines) {
    const { tags } = book.catalog.skus.find((one) => one.id === sku);
    const rules = promotions.filter(({ scope }) => scope.tags.some((tag) => tags.includes(tag)));
    for (const rule of [...rules.map((one) => one.id), null]) {
      const lines = decision.lines.filter(({ line }) => line !== id);
      if (rule) lines.push({ line: id, rule });
      try {
        const moved = { ...request, decision: { ...decision, lines } };
        const { receipt } = await engine.quote(book, text, moved);
        if (receipt.totals.payable < totals.payable) return true;
      } catch (error) {
        if (error.code !== 'E_DECISION') throw error;
      }
    }
  }
  return false;
}

test('hardly any line of 20 whole wallets goes better to another rule', async () => {
  const engine = await openEngine('wasm');
  let better = 0;
  for (let n = 0; n < 20; n++)
    better += await lineGoesBetterElsewhere(engine, n);
  engine.close();
  assert.ok(better <= 4, `in ${better} wallets a line does`);
});

test('an answer that is not the best does not pass for one', async () => {
  const engine = await openEngine('wasm');
  let noticed = 0;
  for (let n = 0; n < 10; n++) {
    const { book, request } = wallet(n, sizes[0]);
    const { coupons, ...poorer } = request;
    const quote = async (of, text, asked) => {
      const { receipt, result } = await engine.quote(of, text, asked.decision ? asked
        : { ...asked, decision: (await engine.quote(of, text, poorer)).result.decision });
      return { receipt, result: { ...result, exact: true } };
    };
    const { difference } = await compareCart({ ...engine, quote }, book, request);
    noticed += difference?.kind === 'search';
  }
  engine.close();
  assert.ok(noticed >= 8, `${noticed} of 10 are noticed`);
});
