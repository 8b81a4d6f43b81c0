// HTTP/1.1 by node:http: bodies with a limit, clients with a time limit, CORS by a list, and every
// failure as {"code", "message"}. TLS ends in front of it.
import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';
import { HttpError } from './refused.js';

export const BODY_BYTES_MAX = 65536;

const HEADERS_MS = 5000;
const REQUEST_MS = 10000;
const KEEP_ALIVE_MS = 75000;
const CONNECTIONS_MAX = 10000;
// A connection on which nothing moves, though an answer waits in it, is let go.
const STALLED_MS = 30000;

// Names and values in turn, as node:http writes them without a look at each.
const SAFE = ['x-content-type-options', 'nosniff', 'referrer-policy', 'no-referrer'];

/** The body as bytes; 413 beyond the limit, whatever content-length said. */
export function readBody(request, bytesMax = BODY_BYTES_MAX) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else reject(new HttpError(413, 'E_LIMIT', `a body has at most ${bytesMax} bytes`));
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new HttpError(400, 'E_ARGS', 'the body was cut off')));
  });
}

export async function readJson(request) {
  const bytes = await readBody(request);
  try {
    const value = JSON.parse(bytes.toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Answered below.
  }
  throw new HttpError(400, 'E_JSON', 'the body has to be a JSON object');
}

// What went wrong, for those outside; what is not ours to tell is in the log only.
function failureOf(error, log) {
  if (error instanceof HttpError) {
    return { status: error.status, code: error.code, message: error.message, ...error.data };
  }
  if (error.name === 'SuanpanError') {
    return { status: 400, ...error.toJSON() };
  }
  if (error.code && /^E_[A-Z_]+$/.test(error.code)) {
    return { status: 409, code: error.code, message: error.message };
  }
  log.error('failed', { error: error.stack || String(error) });
  return { status: 500, code: 'E_BUSY', message: 'failed' };
}

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

// What is counted of requests: told(route, status, ms).
function counts(metrics) {
  const known = new Map();
  return function told(route, status, ms) {
    const name = `${route} ${status}`;
    if (!known.has(name)) {
      known.set(name, { count: metrics.counter('suanpan_requests_total', { route, status }),
        observe: metrics.duration('suanpan_request_seconds', { route }) });
    }
    const { count, observe } = known.get(name);
    count();
    observe(ms / 1000);
  };
}

/**
 * answer(request) → { status?, type?, body, cache? }; cache: how long others may keep it. Returns a
 * function for node:http's createServer.
 */
export function handler(answer, { origins, log, metrics }) {
  const told = counts(metrics);
  return async function handle(request, response) {
    const start = performance.now();
    const cors = corsOf(request, origins);
    const write = ({ status = 200, type, body, cache = 'no-store' }) => {
      const head = [...SAFE, ...cors, 'cache-control', cache,
        'content-length', String(Buffer.byteLength(body))];
      if (type) head.push('content-type', type);
      response.writeHead(status, head);
      // Text leaves in one piece with its head.
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    let outcome;
    try {
      outcome = request.method === 'OPTIONS' && cors.length > 0
        ? { status: 204, body: '', route: 'preflight' } : await answer(request);
      write(outcome);
    } catch (error) {
      const { status, ...body } = failureOf(error, log);
      outcome = { status, body: JSON.stringify(body), type: 'application/json; charset=utf-8' };
      metrics.count('suanpan_errors_total', { code: body.code });
      // What is still on its way of a body that is too long isn't worth reading.
      if (status === 413) response.shouldKeepAlive = false;
      // An answer that broke off half written has no other behind it.
      if (response.headersSent) response.destroy();
      else write(outcome);
    }
    told(outcome.route || 'error', outcome.status || 200, performance.now() - start);
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
