// Who somebody is, by a platform's word. A provider is { provider, identify(code, app),
// userKey?(login, version) }; identify gives { provider, subject } or throws HttpError.
//
// The session key of WeChat never leaves this file: it signs one request and is forgotten.
import { createHmac } from 'node:crypto';
import { HttpError } from './refused.js';

const WECHAT = 'https://api.weixin.qq.com';
const TIMEOUT_MS = 5000;
const TOKEN_SPARE_MS = 5 * 60 * 1000;
// WeChat's own numbers: the code is used up or wrong; come back later.
const BAD_CODES = [40029, 40163];
const BUSY_CODES = [-1, 45011];

/** fetch: the platform's, for tests another one. */
export function weChatLogin({ appId, secret, fetch = globalThis.fetch, clock = Date.now }) {
  let token = { text: '', untilMs: 0 };
  // Where a user key is asked for, in the minutes after the login.
  const sessionKeys = new Map();

  async function ask(path, query, options = {}) {
    const url = `${WECHAT}${path}?${new URLSearchParams(query)}`;
    let answer;
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
      answer = await response.json();
    } catch (cause) {
      throw Object.assign(new HttpError(503, 'E_BUSY', 'WeChat does not answer'), { cause });
    }
    const { errcode: code = 0 } = answer;
    if (code === 0) return answer;
    if (BAD_CODES.includes(code)) throw new HttpError(401, 'E_LOGIN', 'the login code is not good');
    const status = BUSY_CODES.includes(code) ? 503 : 502;
    throw new HttpError(status, 'E_BUSY', `WeChat answers ${code}`);
  }

  async function accessToken() {
    if (token.untilMs <= clock()) {
      const { access_token: text, expires_in: seconds } = await ask('/cgi-bin/token',
        { grant_type: 'client_credential', appid: appId, secret });
      token = { text, untilMs: clock() + seconds * 1000 - TOKEN_SPARE_MS };
    }
    return token.text;
  }

  return {
    provider: 'wechat',
    async identify(code) {
      const { openid, session_key: key } = await ask('/sns/jscode2session',
        { appid: appId, secret, js_code: code, grant_type: 'authorization_code' });
      if (typeof openid !== 'string' || openid === '') {
        throw new HttpError(502, 'E_BUSY', 'WeChat names nobody');
      }
      sessionKeys.set(openid, key);
      if (sessionKeys.size > 1000) sessionKeys.delete(sessionKeys.keys().next().value);
      return { provider: 'wechat', subject: openid };
    },
    /** The bytes of the user key of this version; throws HttpError where WeChat has it no more. */
    async userKey({ subject }, version) {
      const signature = createHmac('sha256', Buffer.from(sessionKeys.get(subject) || '', 'base64'))
        .update('').digest('hex');
      sessionKeys.delete(subject);
      const { key_info_list: keys = [] } = await ask('/wxa/business/getuserencryptkey',
        { access_token: await accessToken(), openid: subject, signature,
          sig_method: 'hmac_sha256' }, { method: 'POST' });
      const found = keys.find((entry) => entry.version === version);
      if (!found) throw new HttpError(409, 'E_KEY', 'WeChat has no user key of this version');
      return Buffer.from(found.encrypt_key, 'base64');
    },
  };
}

/**
 * A stand-in for a machine without a platform: whoever says a name is that person. Never for a
 * shop that is open to others. members: { name: member id } of members that are there.
 */
export function standInLogin({ members = {} } = {}) {
  return {
    provider: 'stand-in',
    async identify(code) {
      const [, name] = /^stand-in:([\w.-]{1,64})$/.exec(code) || [];
      if (!name) throw new HttpError(401, 'E_LOGIN', 'the code of the stand-in is stand-in:<name>');
      const member = Object.hasOwn(members, name) ? { member: members[name] } : {};
      return { provider: 'stand-in', subject: name, ...member };
    },
  };
}
