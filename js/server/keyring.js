// The keys of devices that speak, unsealed once, and all that is the same in each of a device's
// messages.
import { opMessage, syncMessage, syncedMessage } from '../sync/messages.js';
import { hmacOf, unseal } from './crypto.js';

const DEVICES_MAX = 10000;

// What the messages of a device begin with: all of the message but what differs each time, which
// stands at its end.
const beginningsOf = (tenant, dev) => ({
  sync: syncMessage(tenant, dev, ''),
  // A nonce of 16 bytes and the reply follow.
  synced: syncedMessage(tenant, dev, new Uint8Array(16), '').slice(0, -16),
  // The number in 8 bytes, the hash before in 32, and the body follow.
  op: opMessage(tenant, dev, 0, new Uint8Array(32), '').slice(0, -40),
});

/**
 * keysOf(device) → { op, ack, begins } of a device that is there, or null: the HMAC under each of
 * its keys (crypto.js), and what its messages begin with.
 */
export function deviceKeyring(store, tenant, sealKey) {
  const keyring = new Map();
  return function keysOf(device) {
    const known = keyring.get(device);
    if (known) return known;
    const row = store.read((tx) => tx.get('SELECT keys FROM device WHERE tenant = ? AND device = ? '
      + "AND state <> 'revoked'", tenant, device));
    if (!row) return null;
    const bytes = unseal(sealKey, `${tenant}\0${device}`, row.keys);
    const keys = { op: hmacOf(bytes.subarray(0, 32)), ack: hmacOf(bytes.subarray(32)),
      begins: beginningsOf(tenant, Buffer.from(device, 'base64url')) };
    if (keyring.size >= DEVICES_MAX) keyring.delete(keyring.keys().next().value);
    keyring.set(device, keys);
    return keys;
  };
}
