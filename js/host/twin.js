// The JavaScript twin of the module: who runs it, and what it is called when it can't be run.
import { SuanpanError } from '../error.js';

/** E_ENGINE with what lies behind it; mini-program hosts reject with { errMsg }. */
export function cannotLoad(cause, reason = null) {
  const why = (cause && (cause.message || cause.errMsg)) || String(cause);
  const error = new SuanpanError('E_ENGINE', '', reason ? `${reason}: ${why}` : why);
  return Object.assign(error, { reason, cause });
}

/**
 * The function that makes an instance and returns its exports. `import()` gives a namespace,
 * `require()` the function itself, and bundlers one in the place of the other.
 */
export function instanceMaker(loaded) {
  let found = loaded;
  for (let i = 0; i < 2 && found && typeof found !== 'function'; i++) found = found.default;
  if (typeof found !== 'function') throw new Error('the JavaScript build is not a function');
  return () => found();
}

/** `start` of the twin that `fallback` brings, taken for `reason`, whose cause is given too. */
export async function fallBack(fallback, reason, cause) {
  if (!fallback) throw cannotLoad(cause, reason);
  try {
    return instanceMaker(await fallback());
  } catch (error) {
    throw cannotLoad(error, reason);
  }
}
