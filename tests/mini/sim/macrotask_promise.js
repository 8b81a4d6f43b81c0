// The Promise of WeChat on iOS 15 and before: a polyfill on setTimeout. Its callbacks are
// macrotasks, so they come after timers that were set earlier. `finally` returns nothing, as a
// widely copied shop template leaves it behind: code must not chain on its value.
import { native, report } from './native.js';

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

function settle(promise, state, value) {
  promise.state = state;
  promise.value = value;
  promise.waiting.forEach((waiter) => schedule(promise, waiter));
  promise.waiting = [];
  if (state === REJECTED) native.setTimeout(() => reportUnhandled(promise), 0);
}

function reportUnhandled(promise) {
  if (!promise.handled) report('error', 'unhandled rejection', promise.value);
}

function fulfil(promise, value) {
  const then = value && (typeof value === 'object' || typeof value === 'function') && value.then;
  if (typeof then === 'function') run(promise, then.bind(value));
  else settle(promise, FULFILLED, value);
}

// Calls work with a pair of functions of which only the first call counts.
function run(promise, work) {
  let done = false;
  const once = (act) => (value) => {
    if (done) return;
    done = true;
    act(value);
  };
  const reject = once((reason) => settle(promise, REJECTED, reason));
  const resolve = once((value) => {
    try {
      fulfil(promise, value);
    } catch (error) {
      settle(promise, REJECTED, error);
    }
  });
  try {
    work(resolve, reject);
  } catch (error) {
    reject(error);
  }
}

function schedule(promise, { onFulfilled, onRejected, resolve, reject }) {
  const ok = promise.state === FULFILLED;
  const handler = ok ? onFulfilled : onRejected;
  native.setTimeout(() => {
    if (typeof handler !== 'function') return (ok ? resolve : reject)(promise.value);
    try {
      resolve(handler(promise.value));
    } catch (error) {
      reject(error);
    }
  }, 0);
}

export class MacrotaskPromise {
  constructor(work) {
    this.state = PENDING;
    this.value = undefined;
    this.handled = false;
    this.waiting = [];
    run(this, work);
  }

  then(onFulfilled, onRejected) {
    this.handled = true;
    return new MacrotaskPromise((resolve, reject) => {
      const waiter = { onFulfilled, onRejected, resolve, reject };
      if (this.state === PENDING) this.waiting.push(waiter);
      else schedule(this, waiter);
    });
  }

  catch(onRejected) {
    return this.then(undefined, onRejected);
  }

  finally(work) {
    this.then(work, work);
  }

  static resolve(value) {
    return value instanceof MacrotaskPromise
      ? value : new MacrotaskPromise((resolve) => resolve(value));
  }

  static reject(reason) {
    return new MacrotaskPromise((_, reject) => reject(reason));
  }

  static race(list) {
    return new MacrotaskPromise((resolve, reject) => {
      for (const item of list) MacrotaskPromise.resolve(item).then(resolve, reject);
    });
  }

  static all(list) {
    const items = Array.from(list);
    const results = new Array(items.length);
    let missing = items.length;
    return new MacrotaskPromise((resolve, reject) => {
      if (missing === 0) resolve(results);
      items.forEach((item, index) => MacrotaskPromise.resolve(item).then((value) => {
        results[index] = value;
        missing -= 1;
        if (missing === 0) resolve(results);
      }, reject));
    });
  }
}
