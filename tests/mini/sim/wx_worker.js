// wx.createWorker: one at a time, its code in the folder that app.json names, and what crosses is
// JSON. Buffers cross on newer phones only, so here they are refused.
import { native, report } from './native.js';

const isBinary = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

/** What a message is on the other side. */
export function crossToWorker(message) {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Error('Worker.postMessage: the message must be an object');
  }
  const json = JSON.stringify(message, function check(key, value) {
    // Where a class has toJSON, `value` is what it made; the thing itself is in its holder.
    if (isBinary(this[key])) throw new Error('Worker.postMessage: a buffer cannot cross');
    return value;
  });
  return JSON.parse(json);
}

/** wx.createWorker for a package whose workers lie in `folder`. */
export function createWorkerFactory({ folder, profile, has }) {
  let running = null;

  return function createWorker(path) {
    const entry = path.replace(/^\//, '');
    if (!folder || !entry.startsWith(`${folder}/`) || !has(entry)) {
      throw new Error(`createWorker:fail ${path} is not in the "workers" folder of app.json`);
    }
    if (running) throw new Error('createWorker:fail exceed max concurrent workers limit 1');
    const worker = running = new native.Worker('worker.js');
    const listeners = { message: [], error: [] };
    const tell = (kind, value) => listeners[kind].forEach((listener) => listener(value));
    worker.onmessage = ({ data }) => {
      if (data.log) native.postMessage(data);
      else if (data.error) tell('error', data.error);
      else tell('message', data.message);
    };
    worker.onerror = (event) => report('error', `${event.message} ${event.filename}`);
    worker.postMessage({ start: { entry, profile } });
    return {
      postMessage: (message) => worker.postMessage({ message: crossToWorker(message) }),
      onMessage: (listener) => listeners.message.push(listener),
      onError: (listener) => listeners.error.push(listener),
      onProcessKilled() {},
      terminate() {
        worker.terminate();
        if (running === worker) running = null;
      },
    };
  };
}
