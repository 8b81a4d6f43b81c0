// Ways to run the engine, tried from the best down; each that fails leaves a named reason.
import { SuanpanError, causeText } from './error.js';

/** An error that knows the name of what went wrong. */
export const named = (reason, cause) =>
  Object.assign(new Error(causeText(cause)), { reason, cause });

/** Another module under our path is refused before it is used: `names` are those it exports. */
export function checkExports(names) {
  if (!names.includes('sp_request')) throw new Error('this is not the module of suanpan');
}

// A step that is a ladder itself has failed for all of its reasons.
const failuresOf = (cause, reason, path) => (cause && cause.reasons)
  || [{ reason: (cause && cause.reason) || reason, path, message: causeText(cause) }];

/**
 * Runs the steps in turn until one succeeds: { found, reasons }. A step is { reason, path?, run },
 * where `reason` names its failure unless the error names itself. When all fail: E_ENGINE, whose
 * `reason` is the last and whose `reasons` are all of them.
 */
export async function descend(steps) {
  const reasons = [];
  let last = null;
  for (const { reason, path = null, run } of steps) {
    try {
      return { found: await run(), reasons };
    } catch (cause) {
      last = cause;
      reasons.push(...failuresOf(cause, reason, path));
    }
  }
  const { reason, message } = reasons[reasons.length - 1];
  throw Object.assign(new SuanpanError('E_ENGINE', '', `${reason}: ${message}`),
    { reason, reasons, cause: (last && last.cause) || last });
}

/** What the engine tells of itself: why it runs as it does, null when nothing was wrong. */
export function modeOf(build, path, reasons) {
  const reason = reasons.length === 0 ? null : reasons[reasons.length - 1].reason;
  return { build, path, reason, reasons };
}
