// WebKitGTK, whose JavaScriptCore is the engine of the iPhone, by its WebDriver under a virtual
// screen. Without JIT it runs as WeChat does on iOS: `jit: false`; `wasm: false` is Lockdown Mode.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 30000;
const POLL_MS = 50;
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

// Debian keeps it below the library of its architecture.
function findMiniBrowser() {
  const libraries = '/usr/lib';
  const found = readdirSync(libraries)
    .map((name) => join(libraries, name, 'webkit2gtk-4.1', 'MiniBrowser')).find(existsSync);
  if (!found) throw new Error('MiniBrowser is not installed: npm run build -- --tests');
  return found;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function ask(port, method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`,
    { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}

async function startDriver({ jit, wasm, through }) {
  const port = await freePort();
  const env = { ...process.env };
  if (!jit) env.JSC_useJIT = '0';
  if (!wasm) env.JSC_useWasm = '0';
  // A group of its own, so that the virtual screen and the browser end with it.
  const child = spawn(through('xvfb-run'), ['-a', '-s', '-screen 0 1280x1600x24', 'WebKitWebDriver',
    `--port=${port}`], { stdio: 'ignore', detached: true, env });
  let ended = null;
  child.on('error', (error) => {
    ended = error;
  });
  child.on('exit', (code) => {
    ended = ended || new Error(`xvfb-run ended with ${code}`);
  });
  const stop = () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has already ended.
    }
  };
  for (const end = Date.now() + START_MS; ;) {
    if (ended) throw ended;
    try {
      await ask(port, 'GET', '/status');
      return { port, stop };
    } catch (error) {
      if (Date.now() > end) {
        stop();
        throw error;
      }
      await wait(POLL_MS);
    }
  }
}

export async function openWebKit({
  url, viewport, jit = true, wasm = true, through = (program) => program,
}) {
  const { port, stop } = await startDriver({ jit, wasm, through });
  try {
    const { sessionId, capabilities } = await ask(port, 'POST', '/session', { capabilities: {
      alwaysMatch: { 'webkitgtk:browserOptions': {
        binary: findMiniBrowser(), args: ['--automation'],
      } },
    } });
    const session = (method, path, body) => ask(port, method, `/session/${sessionId}${path}`, body);
    // The whole window of the browser: its page is a little smaller.
    const resize = ({ width, height }) => session('POST', '/window/rect', { width, height });
    const evaluate = (work, ...values) => session('POST', '/execute/async', {
      script: `const done = arguments[arguments.length - 1];
        Promise.resolve((${work})(...arguments[0])).then(done, (e) => done(String(e)));`,
      args: [values],
    });
    await resize(viewport);
    await session('POST', '/url', { url });
    return {
      version: `${capabilities.browserName} ${capabilities.browserVersion}`,
      evaluate,
      async tap(selector) {
        // Away from bars that are fixed to an edge.
        const { [ELEMENT]: id } = await evaluate((text) => {
          const [element] = window.__sim.all(text);
          element.scrollIntoView({ block: 'center' });
          return element;
        }, selector);
        await session('POST', `/element/${id}/click`, {});
      },
      resize,
      picture: async () => Buffer.from(await session('GET', '/screenshot'), 'base64'),
      async close() {
        await session('DELETE', '').finally(stop);
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}
