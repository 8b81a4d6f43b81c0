// What a web page gives: { load, kvFor, kv, http, random, sign, joinTabs }.
import { fetchHttp } from './fetch_http.js';
import { cryptoRandom } from './random_bytes.js';
import { joinTabs } from './tabs.js';
import { openDatabase, webKv, webSign } from './web_kv.js';
import { webLoad } from './web_load.js';
import { webTabs } from './web_tabs.js';

/** namespace: text, or a list such as [shop, member]. */
export function webHost({ namespace = '' } = {}) {
  const database = openDatabase();
  const kvFor = webKv(database);
  return {
    load: webLoad,
    kvFor,
    kv: kvFor(namespace),
    http: fetchHttp,
    random: cryptoRandom(globalThis.crypto),
    sign: webSign(database),
    joinTabs: (shop, own) => joinTabs(webTabs(`suanpan/${shop}`), own),
  };
}
