// Payment gateways. A gateway is { name, askToPay(order), readNotice(headers, body) }: what the
// phone needs to pay, and what a notification says once its signature was found good:
// { event, order, amount }. It throws HttpError for anything else.
import { b64u, hmac, isEqual } from './crypto.js';
import { HttpError } from './refused.js';

const signatureOf = (secret, body) => b64u(hmac(secret, `suanpan.test-gateway\0${body}`));

/** The notification that the test gateway sends when an order was paid: { headers, body }. */
export function testNotice(secret, { event, order, amount }) {
  const body = JSON.stringify({ event, order, amount });
  return { headers: { 'x-test-gateway': signatureOf(secret, body) }, body };
}

/** A gateway for tests and demos: it moves no money, but its notifications are signed like any. */
export function testGateway({ secret }) {
  return {
    name: 'test',
    askToPay: ({ order, cash }) => ({ gateway: 'test', order, amount: cash }),
    readNotice(headers, body) {
      const given = Buffer.from(String(headers['x-test-gateway'] || ''), 'utf8');
      const own = Buffer.from(signatureOf(secret, body), 'utf8');
      if (!isEqual(given, own)) throw new HttpError(401, 'E_MAC', 'the notification is not signed');
      const { event, order, amount } = JSON.parse(body);
      const isFine = [event, order].every((id) => typeof id === 'string' && id.length <= 64)
        && Number.isSafeInteger(amount) && amount >= 0;
      if (!isFine) throw new HttpError(400, 'E_ARGS', 'not a notification');
      return { event: `test.${event}`, order, amount };
    },
  };
}
