// Who prices and who remembers: the engine in this page with the member's cart behind it, or, where
// no engine runs, a cart of this page alone that the server prices.
//
// Both look the same to the page: { state, order, request, receipt, status, … } as createShop has
// them (README of the package).
import { createEngine, createHost, createShop } from 'suanpan';
import { fetchJson, fetchOk, loginCode } from './ask.js';

// The wire, with what the developer panel breaks of it.
export const wire = { isCut: false, isChaotic: false, heard: 0 };

function brokenHttp(http) {
  const held = [];
  return {
    async request(asked) {
      if (wire.isCut) throw Object.assign(new Error('cut'), { code: 'E_NETWORK' });
      const isSync = asked.url.endsWith('/v1/sync');
      if (!wire.isChaotic || !isSync) return http.request(asked);
      // 乱序重放: what was sent before arrives again, late and twice, around what is sent now.
      held.push(asked);
      const old = held[Math.floor(held.length / 2)];
      await http.request(old).catch(() => {});
      const answer = await http.request(asked);
      await http.request(old).catch(() => {});
      wire.heard += 2;
      return answer;
    },
  };
}

async function openMember(config) {
  // Bytes of the root as base64url.
  const root = Uint8Array.from(atob(config.root.replace(/-/g, '+').replace(/_/g, '/')),
    (char) => char.charCodeAt(0));
  const host = createHost();
  const engine = await createEngine({ shop: config.shop, root, wasm: './suanpan.wasm',
    fallback: () => import('suanpan/twin') });
  const shop = await createShop({ engine, shop: config.shop, root, url: '.', app: 'h5',
    host: { ...host, http: brokenHttp(host.http),
      prefetched: () => fetchOk('./book.spb').then((response) => response.arrayBuffer())
        .then((buffer) => new Uint8Array(buffer)) },
    login: async () => loginCode() });
  return { shop, engine, build: engine.mode.build, quote: (request) => engine.quote(request),
    miniprogram: config.miniprogram };
}

/** { shop, engine, build, quote(request) }. seed(): the shopper of demo/seed, for the page alone. */
export async function openClient(seed) {
  const config = await fetchJson('./shop.json').catch(() => null);
  try {
    if (config === null) {
      const kept = JSON.parse(localStorage.getItem('suanpan.demo.config'));
      return await openMember(kept);
    }
    localStorage.setItem('suanpan.demo.config', JSON.stringify(config));
    return await openMember(config);
  } catch (error) {
    console.warn(`${error.code || error.name} ${error.path || ''} ${error.message}`);
    const { openServer } = await import('./server_client.js');
    return openServer(seed);
  }
}
