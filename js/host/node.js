// What Node gives: { load, kvFor, kv, http, random, sign }.
import { webcrypto } from 'node:crypto';
import { fetchHttp } from './fetch_http.js';
import { nodeKv } from './node_kv.js';
import { nodeLoad } from './node_load.js';
import { cryptoRandom } from './random_bytes.js';

/** namespace: text, or a list such as [shop, member]; folder: where values are kept for good. */
export function nodeHost({ namespace = '', folder } = {}) {
  const kvFor = nodeKv(folder);
  return {
    load: nodeLoad,
    kvFor,
    kv: kvFor(namespace),
    http: fetchHttp,
    random: cryptoRandom(webcrypto),
    sign: null,
  };
}
