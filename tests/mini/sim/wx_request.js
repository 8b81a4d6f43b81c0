// wx.request: https and only hosts on the white list, ten at once (more wait in a queue, as they do
// since base library 1.4.0), and any HTTP status is a success. The simulator's server passes the
// request on, so there is no CORS, as there is none on a phone.
import { native } from './native.js';
import { stats } from './stats.js';
import { answer, asynchronous } from './wx_async.js';

const CONCURRENT_MAX = 10;
const TIMEOUT_MS = 60000;
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'];

const failed = (errno, why) => ({ errno, errMsg: `request:fail ${why}` });
const INVALID_URL = failed(600009, 'invalid url');
const NOT_ON_LIST = failed(600002, 'url not in domain list');
const OFFLINE = failed(600003, 'network is down');
const UNREACHABLE = failed(600001, 'errcode:-102 cronet_error_code:-102 '
  + 'error_msg:net::ERR_CONNECTION_REFUSED');
const TIMEOUT = failed(5, 'timeout');
const ABORTED = { errMsg: 'request:fail abort' };

const formOf = (data) => Object.keys(data)
  .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(data[name])}`).join('&');

// An object goes into the query of a GET, and as JSON or as a form into the body of the others.
function placeData({ url, data, method }, header) {
  if (data === undefined || data === null) return { url };
  if (typeof data === 'string' || data instanceof ArrayBuffer) return { url, body: data };
  if (method === 'GET') {
    const query = formOf(data);
    return { url: query ? url + (url.includes('?') ? '&' : '?') + query : url };
  }
  const isForm = /x-www-form-urlencoded/.test(header['content-type']);
  return { url, body: isForm ? formOf(data) : JSON.stringify(data) };
}

function headerOf(given = {}) {
  const header = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(given)) header[name.toLowerCase()] = String(value);
  // A mini-program cannot set it.
  delete header.referer;
  return header;
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

async function send(options, signal) {
  const method = (options.method || 'GET').toUpperCase();
  const header = headerOf(options.header);
  const { url, body } = placeData({ ...options, method }, header);
  const response = await native.fetch(url.replace(/^https:\//, '/https'), {
    method, headers: header, body: method === 'GET' || method === 'HEAD' ? undefined : body, signal,
  });
  // The server's own word for "nobody there", which no origin sends.
  if (response.headers.has('x-sim-unreachable')) throw UNREACHABLE;
  const found = {};
  response.headers.forEach((value, name) => {
    found[name] = value;
  });
  const data = await readBody(response, options);
  return { data, header: found, statusCode: response.status, errMsg: 'request:ok' };
}

function refusal({ url, method = 'GET' }, hosts, network) {
  const [, scheme, host] = /^([a-z]+):\/\/([^/?#]+)/.exec(url) || [];
  if (!host || !METHODS.includes(method.toUpperCase())) return INVALID_URL;
  if (scheme !== 'https' || !hosts.includes(host)) return NOT_ON_LIST;
  return network.isOnline() ? null : OFFLINE;
}

export function createRequest(hosts, network) {
  const waiting = [];
  let running = 0;

  function startNext() {
    if (running === CONCURRENT_MAX || waiting.length === 0) return;
    running += 1;
    stats.requestsAtOnceMax = Math.max(stats.requestsAtOnceMax, running);
    waiting.shift()();
  }

  return asynchronous((options) => {
    const refused = refusal(options, hosts, network);
    if (refused) {
      answer(options, 'fail', refused);
      return { abort() {}, onHeadersReceived() {} };
    }
    const controller = new native.AbortController();
    let broken = null;
    const stop = (reason) => {
      broken = broken || reason;
      controller.abort();
    };
    const timer = native.setTimeout(() => stop(TIMEOUT), options.timeout || TIMEOUT_MS);
    const stopListening = network.onOffline(() => stop(OFFLINE));
    const end = (kind, result) => {
      native.clearTimeout(timer);
      stopListening();
      running -= 1;
      answer(options, kind, result);
      startNext();
    };
    waiting.push(() => send(options, controller.signal).then(
      (result) => end('success', result),
      (error) => end('fail', broken || (error.errMsg ? error : UNREACHABLE))));
    startNext();
    return { abort: () => stop(ABORTED), onHeadersReceived() {} };
  });
}
