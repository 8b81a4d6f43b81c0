// The conversation of a device with the server: chains, repeats, replays, forgeries.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from './start.js';
import { SHOP } from './book.js';
import { enrol, phoneOf, post } from './phone.js';

async function withServer(work, options) {
  const server = await startTestServer(options);
  try {
    await work(server);
    assert.deepEqual(server.errors(), []);
  } finally {
    await server.stop();
  }
}

test('an op is applied once and the state comes back', () => withServer(async (server) => {
  const phone = await server.phone();
  assert.deepEqual(await phone.codes(phone.add('tea', 2)), ['ok']);
  assert.deepEqual(phone.state.cart.lines, [{ line: 'tea', sku: 'tea', qty: 2 }]);
  const { state, ver } = await phone.sync();
  assert.equal(state, undefined);
  assert.equal(ver, phone.state.ver);
}));
