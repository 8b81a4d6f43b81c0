// The demo shop on this machine: `node demo/server.js [--port 8080] [--host 127.0.0.1]`.
//
// It serves the built H5 page (and builds it when a source is newer) and runs the backend of the
// package beside it: /v1/… is suanpan/server on SQLite, with keys made at the first start, the
// book of demo/seed signed, and a wallet for everybody who comes. /shop.json is what an app is
// configured with, /demo/… what the developer panel does to the shop. Nothing is charged.
//
//   --data DIR    where the shop's data lie (default build/demo-shop; `:new:` is a fresh folder)
//   --now S       the shop's clock starts at this unix time, for tests and pictures
//   --phone       the mini-program too, in the simulator's phone, under an address of its own
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { admin, openDevelopmentShop } from 'suanpan/server';
import { demoLogin } from './login.js';
import { panelOf } from './panel.js';

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
  '.model': 'application/octet-stream',
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

const sources = [['demo', 'h5'], ['demo', 'shared'], ['demo', 'seed'], ['build', 'seed'], ['js'], ['dist'],
  ['package.json'], ['package-lock.json']];

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

// ---- the shop ----

// One machine is every shopper here, so nobody is slowed down.
const settings = { devicePerSecond: 1000, deviceBurst: 1000, addressPerSecond: 1000,
  addressBurst: 1000, loginPerSecond: 1000, loginBurst: 1000 };

// What goes wrong is printed; that all goes well is not.
const log = { info() {}, warn() {}, error: (what, more) => console.error(what, more) };

async function openShop({ data, now }) {
  const started = Date.now();
  const clock = now ? () => now * 1000 + Date.now() - started : Date.now;
  const folder = data === ':new:' ? mkdtempSync(join(tmpdir(), 'suanpan-demo-')) : data;
  const book = JSON.parse(readFileSync(seed('tea.book.json'), 'utf8'));
  const login = demoLogin(JSON.parse(readFileSync(seed('tea.member.json'), 'utf8')), clock);
  // The model of recommendations is there where there is a trainer.
  const trained = at('build', 'seed', 'tea.model');
  const model = existsSync(trained) ? readFileSync(trained) : undefined;
  const server = await openDevelopmentShop({ folder, book, model, clock, log, settings, login });
  login.attach(server.shop);
  // 新人券 of shared links; every start has some more of it.
  await server.shop.store.transact(admin.offerCoupon(server.shop,
    { rule: 'newcomer_20', quota: 1000 }));
  return {
    ...server, book,
    config: { shop: book.shop, root: Buffer.from(server.root).toString('base64url') },
    panel: panelOf(server, book, clock),
    async close() {
      await server.close();
      if (data === ':new:') rmSync(folder, { recursive: true, force: true });
    },
  };
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
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Answered below.
  }
  throw new HttpError(400, 'the body has to be a JSON object');
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
  const packed = existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : undefined;
  return { body: readFileSync(file), packed, headers: { 'content-type': type,
    vary: 'accept-encoding',
    'cache-control': isNamedByHash ? 'public, max-age=31536000, immutable' : 'no-cache' } };
}

// Compressed once for each content, but for what the build has compressed: the JavaScript twin takes
// a second.
const compressed = new Map();
function compress(answered, request) {
  const { body, packed, headers } = answered;
  if (!Buffer.isBuffer(body) || !/\bbr\b/.test(request.headers['accept-encoding'])) return answered;
  const key = createHash('sha256').update(body).digest('base64');
  if (!compressed.has(key)) compressed.set(key, packed || brotliCompressSync(body));
  return { body: compressed.get(key), headers: { ...headers, 'content-encoding': 'br' } };
}

const json = (value) => ({ body: JSON.stringify(value), headers: { 'content-type': TYPES['.json'],
  'cache-control': 'no-store' } });

// The book in force, so that a first visit has it before it knows its name; and any book by name,
// compressed: the backend itself leaves that to whatever stands in front of it.
function readBook({ shop }, path) {
  const [, digest, part] = /^\/v1\/book\/([0-9a-f]{64})(?:\/([a-z]+))?$/.exec(path) || [];
  const book = digest ? shop.books.byDigest(digest) : shop.books.current();
  const bytes = book && (part === undefined ? book.file : book.later.get(part));
  if (!bytes) throw new HttpError(404, 'no such book');
  return { body: Buffer.from(bytes), headers: { 'content-type': 'application/octet-stream',
    vary: 'accept-encoding',
    'cache-control': digest ? 'public, max-age=31536000, immutable' : 'no-cache' } };
}

async function answer(request, shop) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname.startsWith('/demo/')) {
    return json(await shop.panel(pathname.slice(6), await readBody(request)));
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError(405, 'only GET here');
  }
  if (pathname === '/shop.json') return json(shop.config);
  if (pathname === '/book.spb' || pathname.startsWith('/v1/book/')) {
    return compress(readBook(shop, pathname), request);
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

const isBackend = ({ url }) => url.startsWith('/v1/') && !url.startsWith('/v1/book/');

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

/** Starts the shop; port 0 takes any free one. Returns { url, config, close }. */
export async function startServer({ port = 8080, host = '127.0.0.1',
  data = at('build', 'demo-shop'), now } = {}) {
  await buildPage();
  const shop = await openShop({ data, now });
  const server = createServer(async (request, response) => {
    if (isBackend(request)) {
      await shop.handle(request, response);
      return;
    }
    const { status = 200, headers, body } = await answer(request, shop).catch(failure);
    response.writeHead(status, { ...HEADERS, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  const bound = await listen(server, port, host);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}/`,
    config: shop.config,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await shop.close();
    },
  };
}

function optionsOf(args) {
  const { values } = parseArgs({ args, options: {
    port: { type: 'string', default: '8080' }, host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' }, now: { type: 'string' },
    phone: { type: 'boolean', default: false },
  } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port is a number from 0 to 65535, not ${values.port}`);
  }
  const now = values.now === undefined ? undefined : Number(values.now);
  if (now !== undefined && !Number.isInteger(now)) throw new Error('--now is unix seconds');
  return { port, host: values.host, data: values.data, now, phone: values.phone };
}

// The simulator that the tests use, as a program of its own. It ends with this one: its input does.
function startPhone(shop, config) {
  const program = at('tests', 'mini', 'phone.js');
  if (!existsSync(program)) return;
  const child = spawn(process.execPath, [program, '--shop', shop],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.on('data', (line) => {
    // Where the page hands its cart over to.
    config.miniprogram = String(line).trim();
    console.log(`Mini-program: ${config.miniprogram}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { phone, ...options } = optionsOf(process.argv.slice(2));
    const { url, config, close } = await startServer(options);
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => close().then(() => process.exit(0)));
    }
    console.log(`Suanpan demo: ${url}  (Ctrl-C ends it)`);
    if (phone) startPhone(url, config);
  } catch (error) {
    console.error(`demo/server.js: ${error.message}`);
    process.exitCode = 1;
  }
}
