// What a page does with a token when something on its way fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenCalls } from '../../js/shop/tokens.js';

test('goods whose place in the cart failed are taken over again under the same name', async () => {
  const asked = [];
  let isFull = true;
  let uids = 0;
  const calls = tokenCalls({ url: '', uid: () => `u${uids += 1}`, act: null, cart: null, now: null,
    http: { request: async ({ body }) => {
      asked.push(JSON.parse(body).by);
      return { status: 200, body: '{"lines":[{"sku":"tea","qty":1}]}' };
    } },
    dispatch: () => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()) });
  await assert.rejects(calls.takeOver('c'), { message: 'full' });
  isFull = false;
  await calls.takeOver('c');
  await calls.takeOver('c');
  assert.deepEqual(asked, ['u1', 'u1', 'u2']);
});
