// From what is asked to what is answered: every failure is {"code", "message"}, and all of them are
// counted.
import { HttpError } from './refused.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A body that has to be a JSON object. */
export function readJson({ text }) {
  try {
    const value = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Answered below.
  }
  throw new HttpError(400, 'E_JSON', 'the body has to be a JSON object');
}

// What went wrong, for those outside; what is not ours to tell is in the log only.
function failureOf(error, log) {
  if (error instanceof HttpError) {
    return { status: error.status, code: error.code, message: error.message, ...error.data };
  }
  if (error.name === 'SuanpanError') {
    return { status: 400, ...error.toJSON() };
  }
  if (error.code && /^E_[A-Z_]+$/.test(error.code)) {
    return { status: 409, code: error.code, message: error.message };
  }
  log.error('failed', { error: error.stack || String(error) });
  return { status: 500, code: 'E_BUSY', message: 'failed' };
}

// What is counted of requests: told(route, status, ms).
function counts(metrics) {
  const known = new Map();
  return function told(route, status, ms) {
    const name = `${route} ${status}`;
    if (!known.has(name)) {
      known.set(name, { count: metrics.counter('suanpan_requests_total', { route, status }),
        observe: metrics.duration('suanpan_request_seconds', { route }) });
    }
    const { count, observe } = known.get(name);
    count();
    observe(ms / 1000);
  };
}

const isBody = (body) => typeof body === 'string' || body instanceof Uint8Array;

async function outcomeOf(answer, ask) {
  const { isPreflight, refused } = ask;
  if (refused) throw new HttpError(refused.status, refused.code, refused.message);
  if (isPreflight) return { status: 204, body: '', route: 'preflight' };
  const outcome = await answer(ask);
  if (!isBody(outcome.body)) throw new TypeError('neither text nor bytes');
  return outcome;
}

/**
 * answer(ask) → { status?, type?, body, cache?, route? } or what it throws. Returns what handler
 * (http.js) asks: (ask) → a promise of { status, type?, body, cache? } that is always kept.
 */
export function answering(answer, { log, metrics }) {
  const told = counts(metrics);
  return async function tell(ask) {
    const start = performance.now();
    let outcome;
    try {
      outcome = await outcomeOf(answer, ask);
    } catch (error) {
      const { status, ...body } = failureOf(error, log);
      outcome = { status, body: JSON.stringify(body), type: JSON_TYPE };
      metrics.count('suanpan_errors_total', { code: body.code });
    }
    const { body, cache, route = 'error', status = 200, type } = outcome;
    told(route, status, performance.now() - start);
    return { body, cache, status, type };
  };
}
