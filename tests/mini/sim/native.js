// What the simulator itself needs of the browser, taken before strip() removes it from the
// global object. Mini-program code has no way to reach this module.
const host = globalThis;

export const native = {
  AbortController: host.AbortController,
  Promise: host.Promise,
  WebAssembly: host.WebAssembly,
  Worker: host.Worker,
  XMLHttpRequest: host.XMLHttpRequest,
  clearTimeout: host.clearTimeout.bind(host),
  fetch: host.fetch.bind(host),
  getRandomValues: host.crypto.getRandomValues.bind(host.crypto),
  importScripts: host.importScripts.bind(host),
  now: host.performance.now.bind(host.performance),
  postMessage: host.postMessage.bind(host),
  setTimeout: host.setTimeout.bind(host),
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
