// A Worker of a web page in the shape that worker_step.js knows from mini-programs.

// A Worker whose script can't be had, or that throws, tells it by an event.
const causeOf = ({ message }) => new Error(message || 'the worker failed');

/** create: () => a Worker. */
export const webWorker = (create) => () => {
  const worker = create();
  return {
    onMessage: (listener) => {
      worker.onmessage = ({ data }) => listener(data);
    },
    onError: (listener) => {
      worker.onerror = (event) => {
        worker.terminate();
        listener(causeOf(event));
      };
    },
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
  };
};

/** What a worker is told of the module: a path means the same there as in the page. */
export const forWorker = (wasm) => (typeof wasm === 'string' || wasm instanceof URL
  ? new URL(wasm, globalThis.document ? document.baseURI : undefined).href : wasm);
