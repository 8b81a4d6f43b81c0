// The file for the `workers` folder of a mini-program: it holds the engine and answers
// js/host/worker_step.js, where the messages are described.
import { SuanpanError } from './error.js';
import { ownPlatform } from './host/own_platform.js';
import { wxLoad } from './host/wx_load.js';
import { runModule } from './module.js';

/* global worker */
let module = null;

const bytesOf = (binary) => Uint8Array.from(binary, (character) => character.charCodeAt(0));
const inputOf = ({ text, binary }) => (binary === undefined ? text : bytesOf(binary));

const works = {
  async start({ wasm }) {
    const loaded = await wxLoad({ wasm, platform: ownPlatform() });
    module = await runModule(loaded);
    return loaded.mode;
  },
  async load(question) {
    await module.revived();
    return module.load(question.verb, inputOf(question));
  },
  async call(question) {
    await module.revived();
    return module.call(question.verb, inputOf(question));
  },
};

const plain = (error) => {
  const known = error instanceof SuanpanError ? error : new SuanpanError('E_TRAP', '', `${error}`);
  return Object.assign(known.toJSON(), { reason: error.reason, reasons: error.reasons });
};

worker.onMessage((question) => {
  works[question.work](question).then(
    (reply) => worker.postMessage({ id: question.id, reply }),
    (error) => worker.postMessage({ id: question.id, error: plain(error) }));
});
