// createCart({ engine, request }) → { request, change, receipt, subscribe }
//
// A cart without a server: the request that the engine is asked, and the answer to it. It has what
// bindings listen to, as createShop's shop has: `subscribe(listener)` gives back a function that
// ends it, and listeners hear at most once a tick, however often the request was changed.
import { refuse } from '../error.js';
import { tellAll } from '../listeners.js';
import { onlyOptions, optionsFrom } from '../options.js';

export function createCart(options) {
  const { engine, request } = onlyOptions(options, { object: 'engine request' });
  optionsFrom(engine, { function: 'quote' }, '/engine');
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
      if (typeof update !== 'function') refuse('E_TYPE', 'a change is a function');
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
      if (typeof listener !== 'function') refuse('E_TYPE', 'a listener is a function');
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
