// The demo shop on this machine: `node demo/server.js [--port 8080] [--host 127.0.0.1]`.
//
// It serves the built H5 page (and builds it when a source is newer), the engine's module and the
// seeds, and it re-prices orders with the same engine: POST /api/price. That answer is a stand-in
// for development. It knows one shopper and does not sign in, store, or charge anything.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { createEngine } from 'suanpan/node';
import { redate } from './h5/redate.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const site = at('build', 'h5');
const seed = (name) => at('demo', 'seed', name);

const BODY_BYTES_MAX = 65536;
const PORT_TRIES = 20;

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
};

// 'wasm-unsafe-eval' lets the page compile the module; JavaScript eval stays forbidden.
const HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    + "style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

// ---- building ----

function newestMs(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((newest, name) =>
    Math.max(newest, newestMs(join(path, name))), found.mtimeMs);
}

const sources = [['demo', 'h5'], ['demo', 'seed'], ['js'], ['dist'], ['package-lock.json']];

/** Builds the page when there is none or a source is newer. */
export async function buildPage() {
  if (!existsSync(at('dist', 'suanpan.wasm')) || !existsSync(at('node_modules', 'vite'))) {
    throw new Error('the engine or the packages are not there yet: run `npm run build` first');
  }
  const builtMs = newestMs(join(site, 'index.html'));
  if (builtMs > 0 && sources.every((parts) => newestMs(at(...parts)) <= builtMs)) return;
  console.log('Building the page');
  const { build } = await import('vite');
  await build({ configFile: at('demo', 'h5', 'vite.config.js') });
}

// ---- pricing ----

async function openPricer() {
  const engine = await createEngine();
  await engine.load(readFileSync(seed('tea.book.json')), { unsignedBookForDevelopment: true });
  const shopper = JSON.parse(readFileSync(seed('tea.member.json'), 'utf8'));
  // The first call compiles; no shopper should wait for it.
  engine.quote({ now: shopper.now, lines: [] });

  // The member and the wallet are the shop's own: a page can't bring points or coupons along.
  const own = (request) => ({
    ...request,
    detail: 'full',
    member: shopper.member,
    // A time that is none is the engine's to refuse.
    coupons: Number.isInteger(request.now)
      ? redate(shopper.coupons, shopper.now, request.now) : [],
  });

  // Without a hash: the receipt, for a page whose browser can't price. With the hash and the
  // decision of a receipt: whether pricing that decision here gives the same receipt.
  return function price({ request, hash }) {
    const start = process.hrtime.bigint();
    const { receipt, isAsked } = quoteOrBest(engine, own(request));
    const tookMs = Number((Number(process.hrtime.bigint() - start) / 1e6).toFixed(2));
    const number = String(100 + Number(`0x${receipt.hash.slice(0, 6)}`) % 900);
    return hash === undefined ? { receipt }
      : { equal: isAsked && receipt.hash === hash, receipt, number, took_ms: tookMs };
  };
}

// A decision that is not lawful here (the shop's rules have changed) is answered with the best one.
function quoteOrBest(engine, request) {
  try {
    return { receipt: engine.quote(request), isAsked: true };
  } catch (error) {
    if (error.code !== 'E_DECISION') throw error;
    const { decision, ...rest } = request;
    return { receipt: engine.quote(rest), isAsked: false };
  }
}

// ---- http ----

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new HttpError(413, 'the request is too large');
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body.request === 'object' && body.request !== null) return body;
  } catch {
    // Answered below.
  }
  throw new HttpError(400, 'the body has to be JSON with a request');
}

function readPage(url) {
  const { pathname } = new URL(url, 'http://localhost');
  const path = normalize(decodeURIComponent(pathname));
  const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
  const type = TYPES[extname(file)];
  const isInside = file.startsWith(site + sep) && !file.includes('\0');
  if (!type || !isInside || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new HttpError(404, 'not found');
  }
  // Vite puts a hash of the content into the names below assets/.
  const isNamedByHash = path.startsWith('/assets/');
  return { body: readFileSync(file), headers: { 'content-type': type, vary: 'accept-encoding',
    'cache-control': isNamedByHash ? 'public, max-age=31536000, immutable' : 'no-cache' } };
}

// Compressed once for each content: the JavaScript twin takes a second.
const compressed = new Map();
function compress(answered, request) {
  const { body, headers } = answered;
  if (!Buffer.isBuffer(body) || !/\bbr\b/.test(request.headers['accept-encoding'])) return answered;
  const key = createHash('sha256').update(body).digest('base64');
  if (!compressed.has(key)) compressed.set(key, brotliCompressSync(body));
  return { body: compressed.get(key), headers: { ...headers, 'content-encoding': 'br' } };
}

const json = (value) => ({ body: JSON.stringify(value), headers: { 'content-type': TYPES['.json'],
  'cache-control': 'no-store' } });

async function answer(request, price) {
  if (request.method === 'POST' && request.url === '/api/price') {
    return json(price(await readBody(request)));
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError(405, 'only GET here');
  }
  return compress(readPage(request.url), request);
}

function failure(error) {
  if (error.name === 'SuanpanError') return { status: 422, ...json(error) };
  if (error instanceof URIError) return { status: 400, ...json({ message: 'bad address' }) };
  if (error.status) return { status: error.status, ...json({ message: error.message }) };
  console.error(error);
  return { status: 500, ...json({ message: 'failed' }) };
}

async function listen(server, port, host) {
  for (let tried = 0; ; tried++) {
    const attempt = port === 0 ? 0 : port + tried;
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(attempt, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tried === PORT_TRIES) throw error;
    }
  }
}

/** Starts the shop; port 0 takes any free one. Returns { url, close }. */
export async function startServer({ port = 8080, host = '127.0.0.1' } = {}) {
  await buildPage();
  const price = await openPricer();
  const server = createServer(async (request, response) => {
    const { status = 200, headers, body } = await answer(request, price).catch(failure);
    response.writeHead(status, { ...HEADERS, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  const bound = await listen(server, port, host);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}/`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

function optionsOf(args) {
  const { values } = parseArgs({ args, options: {
    port: { type: 'string', default: '8080' }, host: { type: 'string', default: '127.0.0.1' },
  } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port is a number from 0 to 65535, not ${values.port}`);
  }
  return { port, host: values.host };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { url, close } = await startServer(optionsOf(process.argv.slice(2)));
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => close().then(() => process.exit(0)));
    }
    console.log(`Suanpan demo: ${url}  (Ctrl-C ends it)`);
  } catch (error) {
    console.error(`demo/server.js: ${error.message}`);
    process.exitCode = 1;
  }
}
