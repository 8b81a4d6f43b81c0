// The engine of a mini-program as promises: in a worker, in this thread, or at the server.
import { createEngineAsyncOn, threadStep } from './engine_async.js';
import { ownApi } from './host/own_platform.js';
import { text } from './host/own_text.js';
import { serverSteps } from './host/server_step.js';
import { workerSteps } from './host/worker_step.js';
import { wxHttp } from './host/wx_http.js';
import { defaultFolders, loadModule, ownOptions } from './miniprogram_engine.js';
import { engineOptions } from './options.js';

/** createEngineAsync of a mini-program; `more` gives further verbs. */
export const asyncEngineMaker = (more) => async (options = {}) => {
  const { api = ownApi(), wasm = defaultFolders, worker, server } =
    engineOptions(options, `${ownOptions} server? worker? api?`);
  const create = typeof worker === 'string' ? () => api.createWorker(worker) : worker;
  return createEngineAsyncOn([
    ...workerSteps(create, wasm, text),
    threadStep(() => loadModule(options)),
    ...serverSteps(server, wxHttp(api), text),
  ], options, more);
};
