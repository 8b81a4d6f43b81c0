// The side of a worker that holds the engine: it answers what js/host/worker_step.js asks, where
// the messages are described.
import { SuanpanError } from './error.js';
import { runModule } from './module.js';

const bytesOf = (binary) => Uint8Array.from(binary, (character) => character.charCodeAt(0));
const inputOf = ({ text, binary }) => (binary === undefined ? text : bytesOf(binary));

const plain = (error) => {
  const known = error instanceof SuanpanError ? error : new SuanpanError('E_TRAP', '', `${error}`);
  return Object.assign(known.toJSON(), { reason: error.reason, reasons: error.reasons });
};

/** load({ wasm }) → what a host loads; `post` sends an answer. Returns what takes a question. */
export function answersBy(load, post) {
  let module = null;

  const works = {
    async start({ wasm }) {
      const loaded = await load({ wasm });
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

  return (question) => works[question.work](question).then(
    (reply) => post({ id: question.id, reply }),
    (error) => post({ id: question.id, error: plain(error) }));
}
