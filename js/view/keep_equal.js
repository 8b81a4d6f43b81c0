// keepEqual(prev, next) → next, in which every part that equals its place in prev is that of prev.
// Equality by identity is what frameworks ask about. Views are plain JSON.
const isPlain = (value) => typeof value === 'object' && value !== null;

export function keepEqual(prev, next) {
  if (!isPlain(prev) || !isPlain(next) || Array.isArray(prev) !== Array.isArray(next)) return next;
  const keys = Object.keys(next);
  let isSame = keys.length === Object.keys(prev).length;
  const kept = Array.isArray(next) ? [] : {};
  keys.forEach((key) => {
    kept[key] = keepEqual(prev[key], next[key]);
    isSame = isSame && key in prev && kept[key] === prev[key];
  });
  return isSame ? prev : kept;
}
