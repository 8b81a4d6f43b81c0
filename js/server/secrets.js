// The server's secrets: from options, from the environment, or from files that the environment
// names. They are never in the store and never in a log.
//
//   SUANPAN_SECRET, SUANPAN_SECRET_FILE          32 bytes or more, base64url: keys at rest
//   SUANPAN_ONLINE_KEY, SUANPAN_ONLINE_KEY_FILE  PEM of the key of role `online`
//   SUANPAN_REDEEM_KEY, SUANPAN_REDEEM_KEY_FILE  PEM of the key of role `redeem`, for tills
import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { refuse } from '../error.js';
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
  return refuse('E_KEY', 'SUANPAN_SECRET: 32 random bytes or more are needed, as base64url',
    '/secret');
}

/** What logins, tokens and codes are MACed under. */
export const macSecret = (secret) => derive(bytesOf(secret), 'suanpan.server.mac');

// The key of a PEM that is somebody's to give; what is wrong with it is told without its letters.
function signerOf(pem, name, path) {
  let key;
  try {
    key = signer(pem);
  } catch {
    // Named below: the reason of the library may hold a part of the key.
  }
  return key && key.key.length === 64 ? key
    : refuse('E_KEY', `${name}: the PEM of a key on P-256 is needed`, path);
}

/**
 * { sealKey, secret, gatewaySecret, online, redeem } of a secret and PEMs; online and redeem are
 * { kid, key, sign }, redeem null where there is none.
 */
export function readSecrets({ secret, onlineKey, redeemKey }) {
  const bytes = bytesOf(secret);
  return {
    sealKey: derive(bytes, 'suanpan.server.seal'),
    secret: macSecret(secret),
    gatewaySecret: derive(bytes, 'suanpan.server.test-gateway'),
    online: signerOf(onlineKey, 'SUANPAN_ONLINE_KEY', '/onlineKey'),
    redeem: redeemKey ? signerOf(redeemKey, 'SUANPAN_REDEEM_KEY', '/redeemKey') : null,
  };
}
