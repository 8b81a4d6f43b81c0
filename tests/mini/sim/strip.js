// Removes from the logic thread what a mini-program does not have. A list of what stays, not of
// what goes: a browser grows new globals every month.
import { native, report } from './native.js';
import { MacrotaskPromise } from './macrotask_promise.js';

const ECMASCRIPT = ['Object', 'Function', 'Array', 'Number', 'parseFloat', 'parseInt', 'Infinity',
  'NaN', 'undefined', 'Boolean', 'String', 'Symbol', 'Date', 'Promise', 'RegExp', 'Error',
  'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError',
  'URIError', 'globalThis', 'JSON', 'Math', 'ArrayBuffer', 'Uint8Array', 'Int8Array',
  'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array',
  'Uint8ClampedArray', 'BigUint64Array', 'BigInt64Array', 'DataView', 'Map', 'BigInt', 'Set',
  'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Proxy', 'Reflect', 'decodeURI',
  'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'eval',
  'isFinite', 'isNaN'];

// The few names a mini-program gets on top of the language; __sim goes once the code is loaded.
const GIVEN = ['console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', '__sim'];

const CONSOLE_LEVELS = ['debug', 'info', 'log', 'warn', 'error', 'group', 'groupEnd'];

function removeGlobals(keep) {
  for (let owner = globalThis; owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!keep.has(name) && name !== 'constructor') Reflect.deleteProperty(owner, name);
    }
  }
}

function removeMembers(missing) {
  for (const [owner, names] of Object.entries(missing)) {
    const object = owner.split('.').reduce((value, key) => value[key], globalThis);
    names.forEach((name) => Reflect.deleteProperty(object, name));
  }
}

export function strip(profile) {
  const keep = new Set([...ECMASCRIPT, ...GIVEN]);
  profile.missingGlobals.forEach((name) => keep.delete(name));
  removeGlobals(keep);
  removeMembers(profile.missingMembers);
  const { setTimeout, clearTimeout } = native;
  Object.assign(globalThis, { setTimeout, clearTimeout });
  if (profile.macrotaskPromise) globalThis.Promise = MacrotaskPromise;
  globalThis.console = Object.fromEntries(CONSOLE_LEVELS.map((level) =>
    [level, (...values) => report(level, ...values)]));
}
