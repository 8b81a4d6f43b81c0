// The server's secrets: from options, from the environment, or from files that the environment
// names. They are never in the store and never in a log.
//
//   SUANPAN_SECRET, SUANPAN_SECRET_FILE          32 bytes or more, base64url: keys at rest
//   SUANPAN_ONLINE_KEY, SUANPAN_ONLINE_KEY_FILE  PEM of the key of role `online`
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

/** { sealKey, secret, gatewaySecret, online: { kid, key, sign } } of a secret and a PEM. */
export function readSecrets({ secret, onlineKey }) {
  const bytes = Buffer.from(secret || '', 'base64url');
  if (bytes.length < 32) {
    throw new Error('SUANPAN_SECRET: 32 random bytes or more are needed, as base64url');
  }
  if (!onlineKey) throw new Error('SUANPAN_ONLINE_KEY: the PEM of the online key is needed');
  return {
    sealKey: derive(bytes, 'suanpan.server.seal'),
    secret: derive(bytes, 'suanpan.server.mac'),
    gatewaySecret: derive(bytes, 'suanpan.server.test-gateway'),
    online: signer(onlineKey),
  };
}
