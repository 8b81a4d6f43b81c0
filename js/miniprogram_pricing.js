// Mini-programs, pricing alone: `const { createEngine } = require('../suanpan/pricing.js')`.
import { createEngineOn } from './engine.js';
import { createEngineAsyncOn, threadStep } from './engine_async.js';
import { ownApi, ownPlatform } from './host/own_platform.js';
import { text } from './host/own_text.js';
import { serverSteps } from './host/server_step.js';
import { workerSteps } from './host/worker_step.js';
import { wxHttp } from './host/wx_http.js';
import { wxLoad } from './host/wx_load.js';

// Where the folder is copied to by hand, by "Build npm", and by uni-app (src/static).
const defaultFolders = ['/suanpan/', '/miniprogram_npm/suanpan/', '/static/suanpan/'];

function load({ wasm = defaultFolders, platform = ownPlatform(), fallback }) {
  return wxLoad({ wasm, platform, fallback });
}

export async function createEngine(options = {}) {
  return createEngineOn(await load(options), options);
}

export async function createEngineAsync(options = {}) {
  const { api = ownApi(), wasm = defaultFolders, worker, server } = options;
  const create = typeof worker === 'string' ? () => api.createWorker(worker) : worker;
  return createEngineAsyncOn([
    ...workerSteps(create, wasm, text),
    threadStep(() => load(options)),
    ...serverSteps(server, wxHttp(api), text),
  ], options);
}

export * from './common.js';
