// The JavaScript twin of the module: the way down where no WebAssembly runs.

/**
 * The function that makes an instance and returns its exports. `import()` gives a namespace,
 * `require()` the function itself, and bundlers one in the place of the other.
 */
export function instanceMaker(loaded) {
  let found = loaded;
  for (let i = 0; i < 2 && found && typeof found !== 'function'; i++) found = found.default;
  if (typeof found !== 'function') throw new Error('the JavaScript build is not a function');
  return () => found();
}

/** The last step of a ladder, when there is a `fallback`: () => the twin, or a promise of it. */
export const twinSteps = (fallback) => (fallback ? [{
  reason: 'TWIN_NOT_LOADED',
  run: async () => ({ build: 'wasm2js', path: null, start: instanceMaker(await fallback()) }),
}] : []);
