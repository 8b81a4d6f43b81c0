// wx.request: whatever HTTP answers is a success there, 404 and 500 as well; `fail` is for
// requests without an answer, and says why in words that differ from phone to phone.
//
// Alipay's my.request says `headers` and `status`, has its reasons as numbers in `error` with
// `errorMessage`, and calls an answer of 400 and above a failure: number 19, with its status.
import { SuanpanError, hostError } from '../error.js';

// { errno: 5, errMsg: 'request:fail timeout' } on most phones; older ones say 'socket time out'
// or '请求超时。', Android also net::ERR_CONNECTION_TIMED_OUT.
const isTimeout = ({ errno, errNo, error, errMsg, errorMessage }) =>
  errno === 5 || errNo === 5 || error === 13
    || /time(d)?[ _-]?out|超时/i.test(errMsg || errorMessage);

const isAnswer = (cause) => Boolean(cause) && cause.error === 19 && cause.status >= 100;

// Bytes of a view only: its buffer may be larger.
const bufferOf = (bytes) =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

// Names of headers come in any case.
export function lowerCase(headers) {
  const lower = {};
  Object.keys(headers || {}).forEach((name) => {
    lower[name.toLowerCase()] = String(headers[name]);
  });
  return lower;
}

const isBuffer = (data) => /ArrayBuffer\]$/.test(Object.prototype.toString.call(data));

function bodyOf(data, wantsBytes) {
  if (!wantsBytes) return typeof data === 'string' ? data : '';
  return new Uint8Array(isBuffer(data) ? data : 0);
}

function optionsOf({ method = 'GET', url, headers = {}, body, timeoutMs, responseType }) {
  const options = {
    url,
    method,
    header: headers,
    headers,
    timeout: timeoutMs,
    // Anything but 'json' keeps wx from parsing the text; Alipay gives what is named here.
    dataType: responseType === 'bytes' ? 'arraybuffer' : 'text',
    responseType: responseType === 'bytes' ? 'arraybuffer' : 'text',
  };
  // With GET wx writes `data` into the address.
  if (body !== undefined) options.data = typeof body === 'string' ? body : bufferOf(body);
  return options;
}

export function wxHttp(api) {
  return {
    request: (asked) => new Promise((resolve, reject) => {
      const { timeoutMs = 10000, responseType } = asked;
      let timer = null;
      let task = null;
      const answered = ({ statusCode, status = statusCode, header, headers = header, data }) => {
        clearTimeout(timer);
        resolve({
          status, headers: lowerCase(headers), body: bodyOf(data, responseType === 'bytes'),
        });
      };
      const failed = (cause) => {
        if (isAnswer(cause)) return answered(cause);
        clearTimeout(timer);
        return reject(hostError(cause && isTimeout(cause) ? 'E_TIMEOUT' : 'E_NETWORK', cause));
      };
      // Not every base library heeds `timeout`, and 60 s is too long for a shopper.
      timer = setTimeout(() => {
        reject(new SuanpanError('E_TIMEOUT', '', `no answer within ${timeoutMs} ms`));
        if (task && task.abort) task.abort();
      }, timeoutMs);
      task = api.request(Object.assign(optionsOf(Object.assign({}, asked, { timeoutMs })), {
        success(answer) {
          const { statusCode, status = statusCode } = answer;
          // An emulator answers status 0 where a phone would fail.
          return status >= 100 ? answered(answer) : failed(`status ${status}`);
        },
        fail: failed,
      }));
    }),
  };
}
