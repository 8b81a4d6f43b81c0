// Vector files to questions: { set, name, asked: [{ what, fields, message? }…], passes(replies) }.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sigstoreChain } from './sigstore.js';

const hex = (text) => Buffer.from(text, 'hex');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const isYes = ([reply]) => reply.length === 1 && reply[0] === 1;
const isNo = ([reply]) => reply.length === 1 && reply[0] === 0;

const u16 = (number) => Buffer.of(number & 255, number >> 8);

function wycheproof(folder, file, set, vector) {
  const { testGroups } = JSON.parse(readFileSync(join(folder, 'wycheproof', `${file}_test.json`)));
  return testGroups.flatMap((group) => group.tests.map((test) =>
    ({ set, name: `${test.tcId} ${test.comment}`, ...vector(test, group) })));
}

const question = (what, ...fields) => ({ what, fields });

function hmacVector({ key, msg, tag, result }, { tagSize }) {
  const wanted = hex(tag);
  return {
    asked: [question('m', hex(key), hex(msg))],
    passes: ([mac]) => mac.subarray(0, tagSize / 8).equals(wanted) === (result === 'valid'),
  };
}

function hkdfVector({ ikm, salt, info, size, okm, result }) {
  return {
    asked: [question('k', hex(salt), hex(ikm), hex(info), u16(size))],
    passes: ([out]) => (result === 'valid' ? out.equals(hex(okm)) : out.length === 0),
  };
}

const fieldOf = (text) => hex(text.padStart(64, '0').slice(-64));

function ecdsaVector({ msg, sig, result }, { publicKey }) {
  const message = hex(msg);
  const point = Buffer.concat([fieldOf(publicKey.wx), fieldOf(publicKey.wy)]);
  return {
    asked: [{ ...question('v', point, sha256(message), hex(sig)), message }],
    passes: result === 'valid' ? isYes : isNo,
  };
}

// Compressed points are no part of the protocol: they must be refused, as every wrong size is.
function ecdhVector({ public: key, private: secret, shared, result, flags }) {
  const bytes = hex(key);
  const isPlain = bytes.length === 65 && bytes[0] === 4 && !flags.includes('CompressedPoint');
  return {
    asked: [question('a', fieldOf(secret), isPlain ? bytes.subarray(1) : bytes)],
    passes: ([out]) =>
      (isPlain && result !== 'invalid' ? out.equals(hex(shared)) : out.length === 0),
  };
}

// ---- NIST CAVP: blocks of "name = value" ----

function blocks(folder, path) {
  const out = [];
  let section = '';
  for (const block of readFileSync(join(folder, 'pyca', path), 'latin1').split(/\r?\n\r?\n/)) {
    const values = {};
    for (const line of block.split(/\r?\n/)) {
      const [, header] = line.match(/^\[(.*)\]/) ?? [];
      if (header) section = header;
      const [, name, value] = line.match(/^\s*(\w+)\s*=\s*(.*?)\s*$/) ?? [];
      if (name) values[name] = value;
    }
    if (Object.keys(values).length > 0) out.push({ section, values });
  }
  return out;
}

const shaVectors = (folder, file) => blocks(folder, `hashes/SHA2/${file}.rsp`)
  .filter(({ values }) => values.MD && values.Msg).map(({ values: { Len, Msg, MD } }) => ({
    set: `CAVP ${file}`, name: `${Len} bits`,
    asked: [question('h', hex(Msg).subarray(0, Number(Len) / 8))],
    passes: ([digest]) => digest.equals(hex(MD)),
  }));

// Each count continues from the one before over a thousand hashes; of these only the last is told,
// so the steps between are taken by node:crypto and every hundredth is asked of all.
function monteVectors(folder) {
  const all = blocks(folder, 'hashes/SHA2/SHA256Monte.rsp');
  let seed = hex(all.find(({ values }) => values.Seed).values.Seed);
  return all.filter(({ values }) => values.MD).map(({ values: { COUNT, MD } }) => {
    let three = [seed, seed, seed];
    const asked = [];
    const wanted = [];
    for (let i = 3; i < 1003; i++) {
      const message = Buffer.concat(three);
      const digest = sha256(message);
      if (i % 100 === 2) {
        asked.push(question('h', message));
        wanted.push(digest);
      }
      three = [three[1], three[2], digest];
    }
    seed = three[2];
    return {
      set: 'CAVP SHA256Monte', name: COUNT, asked,
      passes: (digests) => seedIs(wanted, MD) && digests.every((one, i) => one.equals(wanted[i])),
    };
  });
}
const seedIs = (wanted, text) => wanted[wanted.length - 1].equals(hex(text));

const pointOf = ({ Qx, Qy }) => Buffer.concat([fieldOf(Qx), fieldOf(Qy)]);

const sigVerVectors = (folder) => blocks(folder, 'asymmetric/ECDSA/FIPS_186-3/SigVer.rsp')
  .filter(({ section, values }) => section === 'P-256,SHA-256' && values.Msg)
  .map(({ values }, index) => {
    const message = hex(values.Msg);
    const signature = Buffer.concat([fieldOf(values.R), fieldOf(values.S)]);
    return {
      set: 'CAVP ECDSA SigVer P-256', name: String(index),
      asked: [{ ...question('v', pointOf(values), sha256(message), signature), message }],
      passes: values.Result.startsWith('P') ? isYes : isNo,
    };
  });

// A coordinate of more than 32 bytes can't even be said here. A good key agrees on something.
const pkvVectors = (folder) => ['FIPS_186-2', 'FIPS_186-3'].flatMap((edition) =>
  blocks(folder, `asymmetric/ECDSA/${edition}/PKV.rsp`)
    .filter(({ section, values }) => section === 'P-256' && values.Qx)
    .map(({ values }, index) => {
      const pad = (text) => hex(text.padStart(text.length + (text.length % 2), '0')
        .padStart(64, '0'));
      const point = Buffer.concat([pad(values.Qx), pad(values.Qy)]);
      return {
        set: 'CAVP ECDSA PKV P-256', name: `${edition} ${index}`,
        asked: [question('a', sha256('any secret'), point)],
        passes: ([out]) => (out.length === 32) === values.Result.startsWith('P'),
      };
    }));

const hmacRfc = (folder) => blocks(folder, 'HMAC/rfc-4231-sha256.txt')
  .filter(({ values }) => values.Key).map(({ values: { Key, Msg, MD } }, index) => ({
    set: 'RFC 4231 HMAC', name: String(index),
    asked: [question('m', hex(Key), hex(Msg))],
    passes: ([mac]) => mac.subarray(0, MD.length / 2).equals(hex(MD)),
  }));

// Some cases have an empty line in their middle: a block without its OKM goes on in the next.
const hkdfRfc = (folder) => blocks(folder, 'KDF/rfc-5869-HKDF-SHA256.txt')
  .map(({ values }) => values)
  .map((values, index, all) =>
    (values.OKM && !values.IKM ? { ...all[index - 1], ...values } : values))
  .filter(({ OKM }) => OKM).map(({ IKM, salt, info, L, OKM }, index) => ({
    set: 'RFC 5869 HKDF', name: String(index + 1),
    asked: [question('k', hex(salt), hex(IKM), hex(info), u16(Number(L)))],
    passes: ([out]) => out.equals(hex(OKM)),
  }));

// ---- JSON ----

// Whether JSON means an integer within 2^53-1 is our own question, so a y_ file may be refused; a
// n_ file never may be taken, and what is taken as J0 must be strict JSON.
const jsonSuite = (folder) => readdirSync(join(folder, 'JSONTestSuite', 'test_parsing'))
  .filter((name) => name.endsWith('.json')).map((name) => {
    const bytes = readFileSync(join(folder, 'JSONTestSuite', 'test_parsing', name));
    return {
      set: `JSONTestSuite ${name.slice(0, 2)}`, name,
      asked: [question('j', bytes), question('s', bytes)],
      passes: ([j0, strict]) => {
        const isTaken = strict === null || strict[0] === 1;
        return j0.length === 1 && (j0[0] === 0 || isTaken)
          && (!name.startsWith('n_') || (j0[0] === 0 && (strict === null || !isTaken)));
      },
    };
  });

// RFC 8785's own files. J0 is a subset of it: an output is taken just when it has no fraction and
// no key beyond a-z, 0-9 and _; an input that is not its own output never is.
const jcs = (folder) => readdirSync(join(folder, 'jcs', 'testdata', 'output')).flatMap((name) => {
  const read = (kind) => readFileSync(join(folder, 'jcs', 'testdata', kind, name));
  const output = read('output');
  const isJ0 = !/"[^"]*[^a-z0-9_"][^"]*":|"":|\d\.\d|\de/.test(output.toString());
  const vector = (kind, bytes, wanted) => ({
    set: `JCS ${kind}`, name, asked: [question('j', bytes)], passes: wanted ? isYes : isNo,
  });
  const input = read('input');
  return [vector('output', output, isJ0), vector('input', input, isJ0 && input.equals(output))];
});

export function readAll(folder) {
  return [
    ...wycheproof(folder, 'hmac_sha256', 'Wycheproof HMAC', hmacVector),
    ...wycheproof(folder, 'ecdsa_secp256r1_sha256_p1363', 'Wycheproof ECDSA P1363', ecdsaVector),
    ...wycheproof(folder, 'ecdh_secp256r1_ecpoint', 'Wycheproof ECDH', ecdhVector),
    ...wycheproof(folder, 'hkdf_sha256', 'Wycheproof HKDF', hkdfVector),
    ...shaVectors(folder, 'SHA256ShortMsg'), ...shaVectors(folder, 'SHA256LongMsg'),
    ...monteVectors(folder), ...sigVerVectors(folder), ...pkvVectors(folder),
    ...hmacRfc(folder), ...hkdfRfc(folder),
    ...sigstoreChain(join(folder, 'tuf-sigstore-root')),
    ...jsonSuite(folder), ...jcs(folder),
  ];
}
