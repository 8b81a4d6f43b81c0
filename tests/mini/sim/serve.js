// Serves the built simulator at / and the package's own files at /pkg/, on the loopback only, and
// passes /https/<host>/… on to whoever stands for that host.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import zlib from 'node:zlib';

const CONTENT_TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

// No unsafe-eval: eval and new Function throw in both threads, as in a mini-program. Wasm stays
// allowed because our WXWebAssembly stands on the browser's.
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
].join('; ');

const PACKAGE_PREFIX = '/pkg/';
const HTTPS_PREFIX = '/https/';

// Headers that belong to the browser's own connection.
const NOT_PASSED_ON = ['host', 'connection', 'origin', 'referer', 'cookie'];

// hosts: name → the origin on this machine that answers for it.
function passOn(request, response, hosts) {
  const [, name, rest] = /^\/https\/([^/?]+)(.*)$/.exec(request.url) || [];
  const unreachable = () => {
    if (!response.headersSent) response.writeHead(502, { 'x-sim-unreachable': '1' });
    response.end();
  };
  if (!hosts[name]) return unreachable();
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([header]) =>
    !NOT_PASSED_ON.includes(header) && !header.startsWith('sec-')));
  const onward = http.request(new URL(rest || '/', hosts[name]), {
    method: request.method, headers: { ...headers, host: name },
  }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on('error', unreachable).pipe(response);
  });
  onward.on('error', unreachable);
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

// unpacked: name → bytes, of the modules that were unpacked before.
function readPackageFile(root, files, name, url, unpacked) {
  if (!files.has(name)) return null;
  const read = () => fs.readFileSync(path.join(root, name));
  // The host, not the page, unpacks .wasm.br; reading it as a file still gives the packed bytes.
  const isPacked = url.searchParams.has('wasm') && name.endsWith('.br');
  if (!isPacked) return read();
  if (!unpacked.has(name)) unpacked.set(name, zlib.brotliDecompressSync(read()));
  return unpacked.get(name);
}

function readBuiltFile(out, name) {
  const file = path.join(out, name || 'index.html');
  return fs.existsSync(file) ? fs.readFileSync(file) : null;
}

const wait = (ms) => new Promise((resolve) => {
  setTimeout(resolve, ms);
});

// wasmDelayMs: how long the host takes to hand out a module, as a slow phone would. port: 0 is any.
export function serve({ root, files, out, hosts = {}, wasmDelayMs = 0, port = 0 }) {
  const unpacked = new Map();
  const answer = async (request, response) => {
    if (request.url.startsWith(HTTPS_PREFIX)) return passOn(request, response, hosts);
    const url = new URL(request.url, 'http://localhost');
    const name = path.posix.normalize(decodeURIComponent(url.pathname));
    if (url.searchParams.has('wasm')) await wait(wasmDelayMs);
    const body = name.startsWith(PACKAGE_PREFIX)
      ? readPackageFile(root, files, name.slice(PACKAGE_PREFIX.length), url, unpacked)
      : readBuiltFile(out, name.slice(1));
    response.writeHead(body ? 200 : 404, {
      'content-type': CONTENT_TYPES[path.extname(name) || '.html'] || 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      // The phone has the package and its base library on its disk: no start fetches them again. Of
      // what the host hands out by itself it is asked every time.
      'cache-control': url.searchParams.has('wasm') ? 'no-store' : 'max-age=3600, immutable',
    });
    response.end(body || '');
  };
  return new Promise((resolve) => {
    const server = http.createServer(answer);
    // A port that is taken is no reason for no phone.
    server.once('error', () => server.listen(0, '127.0.0.1'));
    server.once('listening', () => resolve({
      url: `http://127.0.0.1:${server.address().port}/`,
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    }));
    server.listen(port, '127.0.0.1');
  });
}
