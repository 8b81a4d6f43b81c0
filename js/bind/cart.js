// createCart({ engine, request }) → { request, change, receipt, subscribe }
//
// A cart without a server: the request that the engine is asked, and the answer to it. It has what
// bindings listen to, as createShop's shop has: `subscribe(listener)` gives back a function that
// ends it, and listeners hear at most once a tick, however often the request was changed.
import { tellAll } from '../listeners.js';

export function createCart({ engine, request }) {
  const listeners = new Set();
  let asked = request;
  let receipt = null;
  let isScheduled = false;

  function tell() {
    isScheduled = false;
    tellAll(listeners);
  }

  return {
    get request() {
      return asked;
    },

    /** update: the request that is asked now → the next one; what is given is not changed. */
    change(update) {
      asked = update(asked);
      receipt = null;
      if (isScheduled) return;
      isScheduled = true;
      Promise.resolve().then(tell);
    },

    /** The engine's answer, asked for once a change; throws what the engine throws. */
    receipt() {
      if (receipt === null) receipt = engine.quote(asked);
      return receipt;
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
