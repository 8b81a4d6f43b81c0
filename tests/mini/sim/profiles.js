// The phones we stand for. A profile is data: what the host lacks, never what it adds.

// iOS 13 is the oldest system WeChat still runs on; these came with later ones.
const NEWER_THAN_IOS_13 = {
  Array: ['fromAsync'],
  'Array.prototype': ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced',
    'with'],
  'String.prototype': ['at', 'isWellFormed', 'replaceAll', 'toWellFormed'],
  'ArrayBuffer.prototype': ['resize', 'transfer', 'transferToFixedLength'],
  Object: ['groupBy', 'hasOwn'],
  Map: ['groupBy'],
};

const modern = {
  baseLibrary: '3.6.0',
  wasm: true,
  exportedGlobals: true,
  macrotaskPromise: false,
  missingGlobals: [],
  missingMembers: {},
};

export const PROFILES = {
  modern,

  // iOS 14 and 15: today's base library, but a Promise made of timers, and no exported Global.
  macrotask: { ...modern, exportedGlobals: false, macrotaskPromise: true },

  // iOS 13 with the first base library that reads .wasm.br.
  floor: {
    baseLibrary: '2.14.0',
    wasm: true,
    exportedGlobals: false,
    macrotaskPromise: true,
    missingGlobals: ['BigInt', 'BigInt64Array', 'BigUint64Array', 'WeakRef',
      'FinalizationRegistry', 'AggregateError'],
    missingMembers: NEWER_THAN_IOS_13,
  },

  // A base library before 2.13.0, or a host of the family that never had WebAssembly.
  nowasm: { ...modern, baseLibrary: '2.12.0', wasm: false, exportedGlobals: false },
};

/** Whether version `text` is older than `than`, both as '2.14.0'. */
export function isOlder(text, than) {
  const [a, b] = [text, than].map((version) => version.split('.').map(Number));
  const index = a.findIndex((part, i) => part !== b[i]);
  return index >= 0 && a[index] < b[index];
}
