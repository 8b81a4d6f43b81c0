// bindPage({ view, apply }) → { invalidate, paintNow }
//
// view()          computes what the page shows now; all quotes of a tick happen in here
// apply(changes)  paints changed paths: `(changes) => page.setData(changes)` in a mini-program
//
// Taps only call invalidate(): however many come in one tick, there is one view and one setData.
import { patch } from '../view/patch.js';

export function bindPage({ view, apply }) {
  let shown = {};
  let isScheduled = false;

  function paintNow() {
    isScheduled = false;
    const next = view();
    const changes = patch(shown, next);
    shown = next;
    if (Object.keys(changes).length > 0) apply(changes);
  }

  function invalidate() {
    if (isScheduled) return;
    isScheduled = true;
    // The only deferral every host has. Where Promise is built on timers it is a little later.
    Promise.resolve().then(paintNow);
  }

  return { invalidate, paintNow };
}
