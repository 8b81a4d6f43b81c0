// Wallets whose best decision the budget does not prove: what is answered then must still be good.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createEngine } from '../../js/node.js';
import { shopper } from '../bench/wallets.js';

test('what hard wallets leave open is little beside what they pay', async () => {
  const engine = await createEngine();
  let open = 0;
  let payable = 0;
  for (let n = 0; n < 40; n++) {
    const { book, request } = shopper(9, n);
    await engine.load(book, { unsignedBookForDevelopment: true });
    const { search, totals } = engine.quote(request);
    open += search.gap;
    payable += totals.payable;
  }
  engine.dispose();
  assert.ok(open * 1000 <= payable * 22, `${open} of ${payable} fen are open`);
});
