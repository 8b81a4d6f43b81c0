// The server's secrets: from options, from the environment, or from files that the environment
// names. They are never in the store and never in a log.
//
//   SUANPAN_SECRET, SUANPAN_SECRET_FILE          32 bytes or more, base64url: keys at rest
//   SUANPAN_ONLINE_KEY, SUANPAN_ONLINE_KEY_FILE  PEM of the key of role `online`
//   SUANPAN_REDEEM_KEY, SUANPAN_REDEEM_KEY_FILE  PEM of the key of role `redeem`, for tills
import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { signer } from './crypto.js';

/** The value of NAME, or of the file that NAME_FILE names; undefined where neither stands. */
export function fromEnvironment(name, env = process.env) {
  if (env[name]) return env[name];
  const file = env[`${name}_FILE`];
  return file ? readFileSync(file, 'utf8').trim() : undefined;
}

const derive = (secret, label) => Buffer.from(hkdfSync('sha256', secret, '', label, 32));

function bytesOf(secret) {
  const bytes = Buffer.from(secret || '', 'base64url');
  if (bytes.length >= 32) return bytes;
  throw new Error('SUANPAN_SECRET: 32 random bytes or more are needed, as base64url');
}

/** What logins, tokens and codes are MACed under. */
export const macSecret = (secret) => derive(bytesOf(secret), 'suanpan.server.mac');

/**
 * { sealKey, secret, gatewaySecret, online, redeem } of a secret and PEMs; online and redeem are
 * { kid, key, sign }, redeem null where there is none.
 */
export function readSecrets({ secret, onlineKey, redeemKey }) {
  const bytes = bytesOf(secret);
  if (!onlineKey) throw new Error('SUANPAN_ONLINE_KEY: the PEM of the online key is needed');
  return {
    sealKey: derive(bytes, 'suanpan.server.seal'),
    secret: macSecret(secret),
    gatewaySecret: derive(bytes, 'suanpan.server.test-gateway'),
    online: signer(onlineKey),
    redeem: redeemKey ? signer(redeemKey) : null,
  };
}
