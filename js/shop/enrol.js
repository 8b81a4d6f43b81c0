// Enrolment: once per installation the phone and the server agree on keys (src/sync/README.md,
// section 4). Nothing durable is written here: the caller stores what comes back, all or nothing.
import { SuanpanError } from '../error.js';
import { toBase64url } from '../sync/base64url.js';

const TRIES = 3;

/** The error of an answer without authentication: its code is for the screen, not for the state. */
export function answerError({ status, body }) {
  let answer = {};
  try {
    answer = JSON.parse(body) || {};
  } catch (error) {
    // An error page of somebody on the way.
  }
  const isOurs = typeof answer.code === 'string' && /^E_[A-Z_]+$/.test(answer.code);
  const error = new SuanpanError(isOurs ? answer.code : 'E_NETWORK', '',
    isOurs && typeof answer.message === 'string' ? answer.message : `HTTP ${status}`);
  return Object.assign(error, { status, answer });
}

const isLost = ({ code }) => code === 'E_NETWORK' || code === 'E_TIMEOUT';

/**
 * Posts JSON and reads the answer. A lost answer is asked for again with the same bytes, so it is
 * for questions whose answer is the same the second time: the same (code, nonce, pub) makes no
 * second device.
 */
export async function ask(http, url, request) {
  for (let tried = 1; ; tried++) {
    try {
      const answer = await http.request({ method: 'POST', url, body: JSON.stringify(request),
        headers: { 'content-type': 'application/json' } });
      if (answer.status !== 200) throw answerError(answer);
      return JSON.parse(answer.body);
    } catch (error) {
      if (tried === TRIES || !isLost(error)) throw error;
    }
  }
}

/**
 * { keys, dev, epoch, member, transcript }. `code` is the login code; `evict` the device that gives
 * way, chosen by the member after E_DEVICES. `userKey`: WeChat's key { bytes, version }, if any.
 */
export async function enrol({ sync, host, url, shop, app, root, code, evict, userKey }) {
  const { pub, secret } = sync.enrollBegin({ entropy: await host.random.bytes(64) });
  const nonce = toBase64url(await host.random.bytes(16));
  const wxkVer = userKey ? userKey.version : 0;
  const request = { app, code, nonce, pub, wxk_ver: wxkVer };
  if (evict !== undefined) request.evict = evict;
  const reply = await ask(host.http, `${url}/v1/enroll`, request);
  return sync.enrollFinish({ shop, app, root, secret, nonce, reply,
    wxk: userKey ? userKey.bytes : null, wxkVer });
}
