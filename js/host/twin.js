// The JavaScript twin of the module, however it was brought in: `import()` gives a namespace,
// `require()` the function itself, and bundlers one in the place of the other.

/** The function that makes an instance and returns its exports. */
export function moduleFactory(loaded) {
  let found = loaded;
  while (found && typeof found !== 'function') found = found.default;
  if (typeof found !== 'function') throw new Error('the JavaScript build has no factory');
  return () => found();
}
