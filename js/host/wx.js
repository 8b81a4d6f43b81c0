// What a mini-program gives: { load, kvFor, kv, http, random, sign, prefetched }.
//
// `api` is `wx`, or `tt` of Douyin, which has the same calls. Nothing is asked of it before it is
// needed, so a host with parts missing runs with the rest.
import { SuanpanError, hostError } from '../error.js';
import { wxHttp } from './wx_http.js';
import { asked, wxKv } from './wx_kv.js';
import { wxLoad } from './wx_load.js';

const canAsk = (object, name) => Boolean(object) && typeof object[name] === 'function';

// getRandomValues came with 2.15.0; some hosts have it on the crypto manager only (2.17.3).
function randomSource(api) {
  if (canAsk(api, 'getRandomValues')) return api;
  const manager = canAsk(api, 'getUserCryptoManager') ? api.getUserCryptoManager() : null;
  return canAsk(manager, 'getRandomValues') ? manager : null;
}

function wxRandom(api) {
  return {
    bytes(length) {
      const source = randomSource(api);
      if (source === null) return Promise.reject(new SuanpanError('E_RANDOM'));
      return asked(source, 'getRandomValues', { length }).then(({ randomValues }) => {
        const bytes = new Uint8Array(randomValues);
        if (bytes.length !== length) throw new Error(`${bytes.length} of ${length} bytes came`);
        return bytes;
      }).catch((cause) => {
        throw hostError('E_RANDOM', cause);
      });
    },
  };
}

/**
 * What WeChat fetched before the page was there (数据预拉取, at most 256 KB of text), or null.
 * Without data Android fails and iOS gives an empty text.
 */
const wxPrefetched = (api) => (fetchType) => {
  if (!canAsk(api, 'getBackgroundFetchData')) return Promise.resolve(null);
  return asked(api, 'getBackgroundFetchData', { fetchType })
    .then(({ fetchedData }) => fetchedData || null, () => null);
};

/** namespace: text, or a list such as [shop, member]. */
export function wxHost(api, { namespace = '' } = {}) {
  const kvFor = wxKv(api);
  return {
    load: wxLoad,
    kvFor,
    kv: kvFor(namespace),
    http: wxHttp(api),
    random: wxRandom(api),
    sign: null,
    prefetched: wxPrefetched(api),
  };
}
