// The calling convention of wx.*: callbacks in the options, or a promise when there are none.
import { native } from './native.js';

export function answer(options, kind, result) {
  native.setTimeout(() => {
    if (options[kind]) options[kind](result);
    if (options.complete) options.complete(result);
  }, 0);
}

export function asynchronous(work) {
  return (options = {}) => {
    if (options.success || options.fail || options.complete) return work(options);
    return new Promise((success, fail) => {
      work({ ...options, success, fail });
    });
  };
}

export const succeed = (name, extra) => (options) =>
  answer(options, 'success', { errMsg: `${name}:ok`, ...extra });
