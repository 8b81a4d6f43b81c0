// What a server is started with: a named error and the path of what is wrong, before any file.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { newSigningKey } from '../../js/server/crypto.js';
import { openServer, openStoreOf, standInLogin, startServer } from '../../js/server/index.js';

const kind = { take() {}, giveBack() {} };
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

const wrong = [
  [undefined, 'E_TYPE', ''],
  [{ shop: undefined }, 'E_REQUIRED', '/shop'],
  [{ shop: 'Tea Shop' }, 'E_ID', '/shop'],
  [{ data: undefined }, 'E_REQUIRED', '/data'],
  [{ data: '' }, 'E_REQUIRED', '/data'],
  [{ login: undefined }, 'E_REQUIRED', '/login'],
  [{ login: { provider: 'x' } }, 'E_REQUIRED', '/login/identify'],
  [{ secret: undefined }, 'E_KEY', '/secret'],
  [{ secret: 'c2hvcnQ' }, 'E_KEY', '/secret'],
  [{ onlineKey: undefined }, 'E_KEY', '/onlineKey'],
  [{ onlineKey: 'no PEM' }, 'E_KEY', '/onlineKey'],
  [{ redeemKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) }, 'E_KEY', '/redeemKey'],
  [{ gateway: {} }, 'E_REQUIRED', '/gateway/askToPay'],
  [{ log: { info() {} } }, 'E_REQUIRED', '/log/warn'],
  [{ clock: 5 }, 'E_TYPE', '/clock'],
  [{ settings: 5 }, 'E_TYPE', '/settings'],
  [{ settings: { redeemS: 301 } }, 'E_RANGE', '/settings/redeemS'],
  [{ settings: { redeemS: 1.5 } }, 'E_TYPE', '/settings/redeemS'],
  [{ settings: { payWithinS: 0 } }, 'E_RANGE', '/settings/payWithinS'],
  [{ settings: { quoteThreads: '2' } }, 'E_TYPE', '/settings/quoteThreads'],
  [{ settings: { devicePerSecond: NaN } }, 'E_TYPE', '/settings/devicePerSecond'],
  [{ settings: { deviceBurst: 0 } }, 'E_RANGE', '/settings/deviceBurst'],
  [{ settings: { payWithin: 60 } }, 'E_FIELD', '/settings/payWithin'],
  [{ plays: {} }, 'E_TYPE', '/plays'],
  [{ plays: [null] }, 'E_TYPE', '/plays/0'],
  [{ plays: [{ takingsOf: 5 }] }, 'E_TYPE', '/plays/0/takingsOf'],
  [{ plays: [{}, { kinds: { seat: { take() {} } } }] }, 'E_REQUIRED',
    '/plays/1/kinds/seat/giveBack'],
  [{ plays: [{ kinds: { stock: kind } }] }, 'E_CONFLICT', '/plays/0/kinds/stock'],
  [{ plays: [{ effects: { 'order.submit'() {} } }] }, 'E_CONFLICT',
    '/plays/0/effects/order.submit'],
  [{ plays: [{ effects: { 'cart.add'() {} } }] }, 'E_CONFLICT', '/plays/0/effects/cart.add'],
  [{ origins: 'https://a' }, 'E_TYPE', '/origins'],
  [{ proxies: -1 }, 'E_RANGE', '/proxies'],
  [{ port: 70000 }, 'E_RANGE', '/port'],
  [{ host: 5 }, 'E_TYPE', '/host'],
  [{ jobs: 'no' }, 'E_TYPE', '/jobs'],
];

test('options that are wrong are named with their path, and nothing is opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-options-'));
  const data = join(folder, 'data');
  const right = { shop: 'tea', data, login: standInLogin(), secret: 'A'.repeat(43),
    onlineKey: newSigningKey() };
  try {
    for (const [more, code, path] of wrong) {
      const asked = more && { ...right, ...more };
      const opens = [startServer, ...(/port|host/.test(path) ? [] : [openServer])];
      for (const open of opens) {
        await assert.rejects(open(asked).then((server) => server.close()), (error) => {
          assert.deepEqual([error.name, error.code, error.path], ['SuanpanError', code, path]);
          return true;
        });
      }
    }
    assert.throws(() => openStoreOf({ shop: 'tea' }), { code: 'E_REQUIRED', path: '/data' });
    assert.equal(existsSync(data), false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
