// The fixture that asks the host for everything it must refuse, and the server it talks to.
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

// (func (export "add") i32 + i32) and (global (export "version") i32 7)
const TINY_WASM = Buffer.from(
  '0061736d01000000' + '010701' + '60027f7f017f' + '03020100' + '0606017f0041070b' +
  '071102' + '036164640000' + '0776657273696f6e0300' + '0a0901070020002001' + '6a0b', 'hex');

export const strict = {
  root: fileURLToPath(new URL('fixtures/strict', import.meta.url)),
  files: {
    'wasm/tiny.wasm': TINY_WASM,
    'wasm/tiny.wasm.br': zlib.brotliCompressSync(TINY_WASM),
  },
};

const SLOW_MS = 30;

// Echoes what it is sent; /slow takes its time, /never all of it, /missing is a 404.
async function answer(request, response) {
  const json = (value, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  if (request.url === '/never') return;
  if (request.url === '/missing') return json({ code: 'E_MISSING' }, 404);
  if (request.url === '/slow') {
    await wait(SLOW_MS);
    return json(true);
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const { referer = '', 'x-shop': shop = '' } = request.headers;
  return json({ method: request.method, url: request.url, body, referer, shop });
}

/** { hosts, stop }: hosts for openMiniProgram, of which nobody answers for the second. */
export function startServer() {
  return new Promise((resolve) => {
    const server = http.createServer(answer);
    server.listen(0, '127.0.0.1', () => resolve({
      hosts: {
        'api.tea.example': `http://127.0.0.1:${server.address().port}`,
        // Nobody listens on the port for discarding.
        'down.tea.example': 'http://127.0.0.1:9',
      },
      stop() {
        server.closeAllConnections();
        server.close();
      },
    }));
  });
}
