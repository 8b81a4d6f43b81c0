// Key files of a merchant, and signing with them, by node:crypto. A key file is the PEM of a
// private key that nobody but its owner can read; it is made once and never written over.
import {
  createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, webcrypto,
} from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { subtlePrimitives } from '../host/subtle.js';
import { keyNameMessage } from '../sync/messages.js';
import { verifierOf } from '../sync/verify.js';
import { FileError, writeBytes } from './files.js';

export const verifier = verifierOf(subtlePrimitives(webcrypto.subtle));

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
export const kidOf = (key) => sha256(keyNameMessage(key)).subarray(0, 16).toString('hex');

const ownerOnly = 0o600;

// { kid, key: x ‖ y, sign(message) → r ‖ s }
function signerOf(privateKey) {
  const { crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (crv !== 'P-256') throw new Error('not a key of the curve P-256');
  const key = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return {
    key, kid: kidOf(key),
    sign: (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

/** Makes a key and writes it to a new file. Returns what may be told: { kid, pub }. */
export function makeKey(path) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeBytes(path, privateKey.export({ type: 'pkcs8', format: 'pem' }),
    { mode: ownerOnly, flag: 'wx' });
  const { kid, key } = signerOf(privateKey);
  return { kid, pub: key.toString('base64url') };
}

/** The signer of a key file. Others must not be able to read it. */
export function readSigner(path) {
  try {
    if (process.platform !== 'win32' && statSync(path).mode & 0o077) {
      throw new Error('others can read it; chmod 600 it');
    }
    return signerOf(createPrivateKey(readFileSync(path)));
  } catch (error) {
    // Nothing of a key goes into a message.
    throw new FileError(path, error.code?.startsWith('ERR_') ? new Error('not a key') : error);
  }
}

export const readSigners = (list) => list.split(',').map(readSigner);
