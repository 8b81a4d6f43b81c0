// A worker of the mini-program: a thread with `worker` and WXWebAssembly, without wx, whose modules
// are those of the workers folder alone.
import { native, report } from './native.js';
import { define, requireModule } from './modules.js';
import { PROFILES, isOlder } from './profiles.js';
import { strip } from './strip.js';
import { crossToWorker } from './wx_worker.js';
import { createWXWebAssembly } from './wx_wasm.js';

const WASM_IN_WORKER_SINCE = '2.15.0';

const listeners = [];

function guarded(work) {
  try {
    work();
  } catch (error) {
    report('error', error);
    native.postMessage({ error: { message: error.message } });
  }
}

function start({ entry, profile: name }) {
  const profile = PROFILES[name];
  const { config } = globalThis.__sim;
  strip(profile);
  delete globalThis.__sim;
  globalThis.worker = {
    onMessage: (listener) => listeners.push(listener),
    postMessage: (message) => native.postMessage({ message: crossToWorker(message) }),
    testOnProcessKilled() {},
  };
  if (profile.wasm && !isOlder(profile.baseLibrary, WASM_IN_WORKER_SINCE)) {
    globalThis.WXWebAssembly = createWXWebAssembly(profile, config.workers);
  }
  guarded(() => requireModule(entry));
}

globalThis.addEventListener('unhandledrejection', (event) => report('error', event.reason));
globalThis.addEventListener('error', (event) => report('error', event.error || event.message));
globalThis.onmessage = ({ data }) => {
  if (data.start) start(data.start);
  else listeners.forEach((listener) => guarded(() => listener(data.message)));
};

globalThis.__sim = { define };
native.importScripts('worker-service.js');
