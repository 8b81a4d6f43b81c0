// What the entries for mini-programs have in common: where the engine is found there.
import { createEngineOn } from './engine.js';
import { createEngineAsyncOn, threadStep } from './engine_async.js';
import { ownApi, ownPlatform } from './host/own_platform.js';
import { text } from './host/own_text.js';
import { serverSteps } from './host/server_step.js';
import { workerSteps } from './host/worker_step.js';
import { wxHttp } from './host/wx_http.js';
import { wxLoad } from './host/wx_load.js';
import { engineOptions } from './options.js';

// Where the folder is copied to by hand, by "Build npm", and by uni-app (src/static).
const defaultFolders = ['/suanpan/', '/miniprogram_npm/suanpan/', '/static/suanpan/'];

function load({ wasm = defaultFolders, platform = ownPlatform(), fallback }) {
  return wxLoad({ wasm, platform, fallback });
}

/** { createEngine, createEngineAsync } of a mini-program; `more` gives further verbs. */
export function makersOf(more) {
  async function createEngine(options = {}) {
    return createEngineOn(await load(engineOptions(options)), options, more);
  }

  async function createEngineAsync(options = {}) {
    const { api = ownApi(), wasm = defaultFolders, worker, server } = engineOptions(options);
    const create = typeof worker === 'string' ? () => api.createWorker(worker) : worker;
    return createEngineAsyncOn([
      ...workerSteps(create, wasm, text),
      threadStep(() => load(options)),
      ...serverSteps(server, wxHttp(api), text),
    ], options, more);
  }

  return { createEngine, createEngineAsync };
}
