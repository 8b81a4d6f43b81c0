// HTTP/1.1 by node:http: bodies with a limit, clients with a time limit, CORS by a list. TLS ends
// in front of it.
//
// A request is read whole and becomes a plain object, whose answer is one, too (answers.js): both
// can go from thread to thread (listener.js).
import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';

export const BODY_BYTES_MAX = 65536;

const HEADERS_MS = 5000;
const REQUEST_MS = 10000;
const KEEP_ALIVE_MS = 75000;
const CONNECTIONS_MAX = 10000;
// A connection on which nothing moves, though an answer waits in it, is let go.
const STALLED_MS = 30000;

// What phones ask for all the time says everything in its body.
const HEADLESS = '/v1/sync';

// Names and values in turn, as node:http writes them without a look at each.
const SAFE = ['x-content-type-options', 'nosniff', 'referrer-policy', 'no-referrer'];

const tooLong = { status: 413, code: 'E_LIMIT',
  message: `a body has at most ${BODY_BYTES_MAX} bytes` };
const cutOff = { status: 400, code: 'E_ARGS', message: 'the body was cut off' };

// { text, refused }, of which one is null; a body beyond its limit isn't waited for.
const readText = (request) => new Promise((resolve) => {
  const refuse = (refused) => resolve({ text: null, refused });
  if (Number(request.headers['content-length'] || 0) > BODY_BYTES_MAX) {
    refuse(tooLong);
    return;
  }
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
    else refuse(tooLong);
  });
  request.on('end', () => {
    const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    resolve({ text: bytes.toString('utf8'), refused: null });
  });
  request.on('error', () => refuse(cutOff));
});

function corsOf({ headers }, origins) {
  const { origin } = headers;
  if (!origin || !origins.includes(origin)) return [];
  return ['access-control-allow-origin', origin, 'vary', 'origin',
    'access-control-allow-headers', 'content-type, authorization',
    'access-control-allow-methods', 'GET, POST', 'access-control-max-age', '86400'];
}

// A network gives everybody 2^64 addresses of IPv6: they count as one. The first half of the
// address, or what it maps of IPv4.
function networkOf(address) {
  if (!address.includes(':')) return address;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) || [];
  if (mapped || !isIPv6(address)) return mapped || address;
  const [head, tail = ''] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const [front, back] = [head, tail].map((part) => part.split(':').filter(Boolean));
  const zeros = Array(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).map((group) =>
    parseInt(group, 16).toString(16)).join(':');
}

// Some proxies write the port beside the address: 203.0.113.9:40001, [2001:db8::1]:443.
const withoutPort = (given) => given.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  .replace(/^\[(.*)\](:\d+)?$/, '$1');

/** What limits count by. proxies: how many in front of us add to x-forwarded-for. */
export function addressOf(request, proxies) {
  const own = request.socket.remoteAddress || '';
  if (proxies === 0) return networkOf(own);
  const given = String(request.headers['x-forwarded-for'] || '').split(',')
    .map((one) => one.trim());
  return networkOf(withoutPort(given[given.length - proxies] || own));
}

// What phones ask for all the time speaks for itself, without headers.
const SELF_EVIDENT = '/v1/sync';

function write(request, response, cors, { status, type, body, cache = 'no-store' }) {
  const head = [...SAFE, ...cors, 'cache-control', cache,
    'content-length', String(Buffer.byteLength(body))];
  if (type) head.push('content-type', type);
  // What is still on its way of a body that is too long isn't worth reading.
  if (status === 413) response.shouldKeepAlive = false;
  response.writeHead(status, head);
  // Text leaves in one piece with its head.
  response.end(request.method === 'HEAD' ? undefined : body);
}

/**
 * answer(ask) → a promise of { status, type?, body: text or bytes, cache? } that is always kept;
 * cache: how long others may keep it. ask: { method, url, address: what limits count by, remote:
 * the address of the other end, headers, isPreflight, text: the body, refused: null, or why it was
 * not read }. Returns a function for node:http's createServer.
 */
export function handler(answer, { origins, proxies }) {
  return async function handle(request, response) {
    const { method, url } = request;
    const cors = corsOf(request, origins);
    const { text, refused } = method === 'POST' ? await readText(request)
      : { text: '', refused: null };
    const outcome = await answer({ method, url, address: addressOf(request, proxies),
      remote: request.socket.remoteAddress || '',
      headers: url === HEADLESS ? {} : request.headers,
      isPreflight: method === 'OPTIONS' && cors.length > 0, text, refused });
    write(request, response, cors, outcome);
  };
}

/**
 * A server that waits for nobody: { server, close }. close lets what runs come to its end. How many
 * connections one address may have is a proxy's to say: here all of them may be the proxy's own.
 */
export function serve(handle, { stalledMs = STALLED_MS } = {}) {
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: 1000, maxHeaderSize: 16384 },
  handle);
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = stalledMs;
  return {
    server,
    close: (graceMs = 5000) => new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      server.closeIdleConnections();
    }),
  };
}
