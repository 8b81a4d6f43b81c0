// Where a text stops being JSON, for whoever wrote it by hand: the engine says only that it does.

const blank = /[ \t\n\r]*/y;
const opened = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const string = new RegExp(`${opened.source}"`, 'y');
const scalar = new RegExp(`${string.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?`
  + '|true|false|null', 'y');

const closer = { '{': '}', '[': ']' };

function endOf(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

// What follows the value that has just ended at `at`: the next state, or null for none that may.
function afterValue(char, open) {
  const inside = open.at(-1);
  if (char === ',' && inside) return inside === '{' ? 'key' : 'value';
  if (!inside || char !== closer[inside]) return null;
  open.pop();
  return 'after';
}

/** The index of the first character that is not JSON's, -1 where all are. */
export function faultIn(text) {
  const open = [];
  let state = 'value';
  let at = 0;
  for (;;) {
    at = endOf(blank, text, at);
    const char = text[at];
    if (state === 'after' && open.length === 0) return at === text.length ? -1 : at;
    const isFirst = state === 'first';
    if (state === 'after' || (isFirst && char === closer[open.at(-1)])) {
      state = afterValue(char, open);
      if (state === null) return at;
      at += 1;
    } else if (state === 'colon') {
      if (char !== ':') return at;
      [state, at] = ['value', at + 1];
    } else if (state === 'key' || (isFirst && open.at(-1) === '{')) {
      const end = endOf(string, text, at);
      if (end < 0) return Math.max(at, endOf(opened, text, at));
      [state, at] = ['colon', end];
    } else if (char === '{' || char === '[') {
      open.push(char);
      [state, at] = ['first', at + 1];
    } else {
      const end = endOf(scalar, text, at);
      if (end < 0) return Math.max(at, endOf(opened, text, at));
      [state, at] = ['after', end];
    }
  }
}

/** "line L, column C" of the first character that is not JSON's, null where all are. */
export function placeOfFault(text) {
  const at = faultIn(text);
  if (at < 0) return null;
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${before.at(-1).length + 1}`;
}
