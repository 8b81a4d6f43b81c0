// inOrder(apply, first) → { send, flush }: changes are applied at once, but where new lists would
// hold up the keys in `first`, such as a page's total, those go first and the rest follows in a
// task of its own. On a slow phone twenty lines take hundreds of milliseconds to lay out.
const isList = (value) => value !== null && typeof value === 'object';
const keyOf = (path) => path.split(/[.[]/)[0];

export function inOrder(apply, first) {
  let waiting = {};

  const applySome = (changes) => {
    if (Object.keys(changes).length > 0) apply(changes);
  };

  function flush() {
    const changes = waiting;
    waiting = {};
    applySome(changes);
  }

  return {
    /** Applies what waits; whatever is sent next was computed on top of it. */
    flush,
    send(changes) {
      flush();
      const early = {};
      const late = {};
      Object.keys(changes).forEach((path) => {
        (first.indexOf(keyOf(path)) >= 0 ? early : late)[path] = changes[path];
      });
      const isHeldUp = Object.keys(late).some((path) => isList(late[path]));
      if (!isHeldUp || Object.keys(early).length === 0) {
        applySome(changes);
        return;
      }
      apply(early);
      waiting = late;
      setTimeout(flush, 0);
    },
  };
}
