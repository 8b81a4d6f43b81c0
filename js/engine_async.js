// The engine with promises: the same names, wherever it runs.
//
// It may run in a worker, in this thread, or, where no engine can run, at the server. Each way is
// tried in turn and what failed is told in `mode.reasons`. In this thread nothing is faster than
// the plain engine, but a call that finds the module being restarted waits for it.
import { verbsOn } from './engine.js';
import { descend, modeOf } from './ladder.js';
import { runModule } from './module.js';

const later = async (work, then) => then(await work());

/** A step: the module in this thread. `load` gives { start, text, mode }. */
export const threadStep = (load) => ({
  reason: 'ENGINE_NOT_LOADED',
  async run() {
    const loaded = await load();
    const module = await runModule(loaded);
    const call = async (verb, input) => {
      await module.revived();
      return module.call(verb, input);
    };
    return { mode: loaded.mode, text: loaded.text, module: Object.assign({}, module, { call }) };
  },
});

/**
 * steps: what `descend` takes; each gives { mode, text, module }, whose calls may be promises.
 * `more` gives further verbs (engine_full.js).
 */
export async function createEngineAsyncOn(steps, options, more) {
  const { found: { mode, text, module }, reasons } = await descend(steps);
  const { build, path } = mode;
  const all = reasons.concat(mode.reasons);
  const told = Object.assign(modeOf(build, path, all), { runs: mode.runs || 'here' });
  return verbsOn(module, { mode: told, text }, later, options, more);
}
