// patch(prev, next) → the changed paths only: { 'lines[3].net': '39.80', total: '209.90' }.
//
// setData is the dear part of a mini-program page: whatever it gets is serialised across threads.
// A view is plain JSON whose objects keep their keys. Arrays are compared place by place; one that
// got shorter is sent whole, because no path can take an element away, and so is an object with a
// key that a path can't name.

const isPlain = (value) => typeof value === 'object' && value !== null;

// Names are looked at where something differs only: a regular expression is dear without a JIT.
function hasSameKeys(prev, next) {
  const keys = Object.keys(next);
  return keys.length === Object.keys(prev).length && keys.every((key) => key in prev
    && (prev[key] === next[key] || !/[.[\]]/.test(key)));
}

function canDescend(prev, next) {
  if (!isPlain(prev) || !isPlain(next)) return false;
  if (Array.isArray(prev) !== Array.isArray(next)) return false;
  return Array.isArray(next) ? next.length >= prev.length : hasSameKeys(prev, next);
}

function collect(prev, next, path, changes) {
  if (!canDescend(prev, next)) {
    changes[path] = next;
    return;
  }
  const [before, after] = Array.isArray(next) ? ['[', ']'] : ['.', ''];
  Object.keys(next).forEach((key) => {
    if (prev[key] !== next[key]) {
      collect(prev[key], next[key], path + before + key + after, changes);
    }
  });
}

export function patch(prev, next) {
  const changes = {};
  Object.keys(next).forEach((key) => {
    if (prev[key] !== next[key]) collect(prev[key], next[key], key, changes);
  });
  return changes;
}
