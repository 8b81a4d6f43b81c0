// `suanpan serve`: the server of suanpan/server on a port, until it is told to stop.
import { startServer, standInLogin, weChatLogin } from '../server/index.js';
import { fromEnvironment } from '../server/secrets.js';
import { UsageError, wholeNumber } from './usage.js';

function loginOf(name = 'wechat') {
  if (name === 'stand-in') return standInLogin();
  if (name !== 'wechat') throw new UsageError(`no such login: ${name}`);
  const [appId, secret] = [process.env.WECHAT_APP_ID, fromEnvironment('WECHAT_SECRET')];
  if (!appId || !secret) throw new UsageError('WECHAT_APP_ID and WECHAT_SECRET are needed');
  return weChatLogin({ appId, secret });
}

// A signal lets what runs come to its end, and nothing new begin.
const untilStopped = () => new Promise((resolve) => {
  ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve));
});

/** Resolves to the exit code when the server has stopped. */
export async function serve(options) {
  const { shop, data, host, login, origins = '', port = '8787', proxies = '0' } = options;
  const server = await startServer({ shop, data, host, login: loginOf(login),
    port: wholeNumber(port, 'port', 0), proxies: wholeNumber(proxies, 'proxies', 0),
    origins: origins.split(',').filter(Boolean),
    secret: fromEnvironment('SUANPAN_SECRET'), onlineKey: fromEnvironment('SUANPAN_ONLINE_KEY'),
    redeemKey: fromEnvironment('SUANPAN_REDEEM_KEY') });
  await untilStopped();
  await server.close();
  return 0;
}
