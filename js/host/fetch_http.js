// HTTP by fetch, for pages and Node. Any status is an answer; only its absence is an error.
import { SuanpanError, hostError } from '../error.js';

async function answerOf(response, wantsBytes) {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: wantsBytes ? new Uint8Array(await response.arrayBuffer()) : await response.text(),
  };
}

export const fetchHttp = {
  async request({ method = 'GET', url, headers = {}, body, timeoutMs = 10000, responseType }) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    try {
      // Sessions are bearer tokens in a header: no cookie is wanted or sent.
      const response = await fetch(url,
        { method, headers, body, signal: stop.signal, credentials: 'omit', cache: 'no-store' });
      return await answerOf(response, responseType === 'bytes');
    } catch (cause) {
      if (!stop.signal.aborted) throw hostError('E_NETWORK', cause);
      throw new SuanpanError('E_TIMEOUT', '', `no answer within ${timeoutMs} ms`);
    } finally {
      clearTimeout(timer);
    }
  },
};
