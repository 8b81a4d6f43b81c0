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

export const PROFILES = {
  modern: {
    baseLibrary: '3.6.0',
    wasm: true,
    exportedGlobals: true,
    macrotaskPromise: false,
    missingGlobals: [],
    missingMembers: {},
  },

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
  nowasm: {
    baseLibrary: '2.12.0',
    wasm: false,
    exportedGlobals: false,
    macrotaskPromise: false,
    missingGlobals: [],
    missingMembers: {},
  },
};
