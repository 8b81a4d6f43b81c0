// The same questions, answered by node:crypto as servers use it; null for what it has no word for.
import { createECDH, createHash, createHmac, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { readJ0Bytes } from '../../js/sync/j0.js';

const nothing = Buffer.alloc(0);
const yesOrNo = (is) => Buffer.of(is ? 1 : 0);

function publicKeyOf(point) {
  const part = (bytes) => Buffer.from(bytes).toString('base64url');
  return createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: part(point.subarray(0, 32)), y: part(point.subarray(32)) },
    format: 'jwk',
  });
}

function quietly(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

const answers = {
  h: ([bytes]) => createHash('sha256').update(bytes).digest(),
  m: ([key, message]) => createHmac('sha256', key).update(message).digest(),
  k: ([salt, secret, info, size]) => quietly(() =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, size.readUInt16LE())), nothing),
  // Takes messages only, so it is asked where the message is known.
  v: ([point, , signature], { message }) => (message === undefined ? null
    : yesOrNo(quietly(() => verify('sha256', message,
      { key: publicKeyOf(point), dsaEncoding: 'ieee-p1363' }, signature), false))),
  a: ([secret, point]) => quietly(() => {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(secret);
    return pair.computeSecret(Buffer.concat([Buffer.of(4), point]));
  }, nothing),
  j: ([bytes]) => yesOrNo(quietly(() => [readJ0Bytes(bytes)], null) !== null),
};

export const nodeAnswer = ({ what, fields, ...more }) =>
  (answers[what] ? answers[what](fields, more) : null);
