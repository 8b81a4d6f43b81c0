// wx.request: only origins on the white list, and any HTTP status is a success.
import { native } from './native.js';
import { answer, asynchronous } from './wx_async.js';

const NOT_ON_LIST = { errMsg: 'request:fail url not in domain list', errno: 600002 };

function encodeBody(data) {
  const isRaw = data === undefined || typeof data === 'string' || data instanceof ArrayBuffer;
  return isRaw ? data : JSON.stringify(data);
}

async function readBody(response, { responseType, dataType = 'json' }) {
  if (responseType === 'arraybuffer') return response.arrayBuffer();
  const text = await response.text();
  if (dataType !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    return text;
  }
}

async function send(options) {
  const response = await native.fetch(options.url, {
    method: options.method || 'GET',
    headers: { 'content-type': 'application/json', ...options.header },
    body: encodeBody(options.data),
  });
  const header = {};
  response.headers.forEach((value, name) => {
    header[name] = value;
  });
  const data = await readBody(response, options);
  return { data, header, statusCode: response.status, errMsg: 'request:ok' };
}

export function createRequest(allowedOrigins) {
  return asynchronous((options) => {
    const [origin] = /^https?:\/\/[^/]+/.exec(options.url) || [];
    if (!allowedOrigins.includes(origin)) {
      answer(options, 'fail', NOT_ON_LIST);
    } else {
      send(options).then(
        (result) => answer(options, 'success', result),
        (error) => answer(options, 'fail', { errMsg: `request:fail ${error.message}` }));
    }
    return { abort() {} };
  });
}
