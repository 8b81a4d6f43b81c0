// The last way down: the server prices. POST /v1/quote with a session, for devices that can't run
// the engine. Nothing works offline then, nothing is signed, and of the verbs there is `quote`.
import { SuanpanError } from '../error.js';
import { named } from '../ladder.js';

const timeoutMs = 8000;

function errorOf({ status, body }) {
  if (status === 401 || status === 403) return new SuanpanError('E_SESSION', '', `HTTP ${status}`);
  try {
    const { code, path, message, split } = JSON.parse(body);
    // A request that is wrong is told as the engine in the phone would tell it.
    if (typeof code === 'string' && /^E_/.test(code)) {
      return new SuanpanError(code, String(path || ''), String(message || ''), split);
    }
  } catch (error) {
    // A proxy's page rather than an answer of ours: named below by its status.
  }
  return new SuanpanError('E_SERVER', '', `HTTP ${status}`);
}

// The body is the receipt, as text: whoever parses it is further up.
function receiptIn(body) {
  try {
    if (Number.isSafeInteger(JSON.parse(body).totals.payable)) return body;
  } catch (error) {
    // A portal that answers everything with a page of its own.
  }
  throw new SuanpanError('E_SERVER', '', 'the answer is no receipt');
}

/**
 * server: { url, session, headers? }: url of the server's root, session a bearer token or a
 * function that gives one (or a promise of one). http: a host's (js/host). text: its UTF-8.
 */
export const serverSteps = (server, http, text) => (server ? [{
  reason: 'NO_SERVER',
  async run() {
    const { url, session, headers = {} } = server;
    if (!url || !session) throw named('NO_SERVER', new Error('no url or session'));
    let isDisposed = false;

    async function post(body) {
      const token = typeof session === 'function' ? await session() : session;
      const answer = await http.request({
        method: 'POST',
        url: `${url.replace(/\/$/, '')}/v1/quote`,
        headers: Object.assign({}, headers,
          { 'content-type': 'application/json', authorization: `Bearer ${token}` }),
        body,
        timeoutMs,
        responseType: 'text',
      });
      if (answer.status !== 200) throw errorOf(answer);
      return receiptIn(answer.body);
    }

    const module = {
      async call(verb, input) {
        if (isDisposed) throw new SuanpanError('E_ENGINE', '', 'the engine was disposed of');
        if (verb !== 'sp_quote') {
          throw new SuanpanError('E_UNSUPPORTED', '', 'a server only quotes');
        }
        return post(`{"request":${input}}`);
      },
      // The server has its own book, and no other is taken.
      load: async () => 'null',
      dispose() {
        isDisposed = true;
      },
    };
    return { mode: { build: 'server', path: url, reasons: [], runs: 'server' }, text, module };
  },
}] : []);
