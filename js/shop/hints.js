// Stock and quotas as the server last said. They are not signed and promise nothing: with them the
// phone warns and leaves out what is used up; what is charged is never above what was shown.
const LIVE_MS = 30000;

/** { http, url, clock, changed() } → { last, live(skus, store?), forget(), learn(last) } */
export function createHints({ http, url, clock, changed }) {
  let last = { at: -Infinity, query: '', value: null };

  function learn(known) {
    if (!(known.at > last.at)) return;
    last = known;
    changed();
  }

  return {
    /** { at, query, value: { stock, left } or null }. */
    get last() {
      return last;
    },
    /** Takes over what another tab of this page knows, where that is newer. */
    learn,
    /** What is known is not asked for again for a while, but after this it is. */
    forget() {
      last = { ...last, at: -Infinity };
    },
    async live(skus, store) {
      const query = `skus=${encodeURIComponent(skus.join())}`
        + `${store === undefined ? '' : `&store=${encodeURIComponent(store)}`}`;
      // What was asked about other goods says nothing of these.
      if (last.query === query && clock.now() - last.at < LIVE_MS) return last.value;
      const asked = { method: 'GET', url: `${url}/v1/live?${query}` };
      const { status, body } = await http.request(asked);
      if (status !== 200) return last.value;
      const { stock, left } = JSON.parse(body);
      last = { at: clock.now(), query, value: { stock: stock || {}, left: left || {} } };
      changed();
      return last.value;
    },
  };
}
