// The threads that price for those who can't, where something is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openQuotePool } from '../../js/server/quote_pool.js';

const ask = async (book) => {
  const pool = openQuotePool({ shop: 'test_shop', book });
  const told = await Promise.allSettled([1, 2, 3].map((member) =>
    pool.quote(member, '{"request":{"now":0,"lines":[]}}')));
  await pool.close();
  return told.map(({ status, reason }) => [status, reason.code]);
};

test('without a book everybody hears that there is none yet', async () => {
  const busy = ['rejected', 'E_BUSY'];
  assert.deepEqual(await ask(() => null), [busy, busy, busy]);
});

test('a thread that can\'t be started fails its own request and no other', async () => {
  const told = await ask(() => ({ digest: 'd', file: () => {}, rootFile: null, manifest: {} }));
  assert.deepEqual(told.map(([status]) => status), ['rejected', 'rejected', 'rejected']);
});
