// What the simulator itself needs of the browser, taken before strip() removes it from the
// global object. Mini-program code has no way to reach this module.
const host = globalThis;

// Timers as phones have them: that the fifth of nested ones waits 4 ms at least is a rule of web
// pages. So the fifth comes as a message instead, from which on they count as not nested again.
const NESTED_MAX = 4;
const later = host.setTimeout.bind(host);
const never = host.clearTimeout.bind(host);
const due = new Map();
const { port1, port2 } = new MessageChannel();
let depth = 0;
let lastDue = 0;

const at = (newDepth, work) => () => {
  depth = newDepth;
  work();
};

port1.onmessage = ({ data: id }) => {
  const work = due.get(id);
  due.delete(id);
  if (work) work();
};
host.addEventListener('message', () => {
  depth = 0;
});

function setTimer(work, delayMs = 0, ...values) {
  const run = () => work(...values);
  if (delayMs > 0 || depth < NESTED_MAX) return later(at(depth + 1, run), delayMs);
  lastDue -= 1;
  due.set(lastDue, at(0, run));
  port2.postMessage(lastDue);
  return lastDue;
}

function clearTimer(id) {
  if (!due.delete(id)) never(id);
}

export const native = {
  AbortController: host.AbortController,
  Promise: host.Promise,
  WebAssembly: host.WebAssembly,
  Worker: host.Worker,
  XMLHttpRequest: host.XMLHttpRequest,
  clearTimeout: clearTimer,
  fetch: host.fetch.bind(host),
  getRandomValues: host.crypto.getRandomValues.bind(host.crypto),
  importScripts: host.importScripts.bind(host),
  now: host.performance.now.bind(host.performance),
  postMessage: host.postMessage.bind(host),
  setTimeout: setTimer,
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const utf8Encode = (text) => encoder.encode(text).buffer;
export const utf8Size = (text) => encoder.encode(text).length;
export const utf8Decode = (bytes) => decoder.decode(bytes);

export function report(level, ...values) {
  const texts = values.map((value) => {
    if (typeof value === 'string') return value;
    // An Error of JavaScriptCore has no message in its stack.
    if (value instanceof Error) return `${value.name}: ${value.message}\n${value.stack}`;
    return JSON.stringify(value) || String(value);
  });
  native.postMessage({ log: [level, ...texts] });
}
