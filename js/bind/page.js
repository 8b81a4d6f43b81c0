// bindPage({ view, apply, first?, quick? }) → { invalidate, paintNow }
//
// view()          computes what the page shows now; all quotes of a tick happen in here
// apply(changes)  paints changed paths: `(changes) => page.setData(changes)` in a mini-program
// first           keys that need not wait for new lists (in_order.js)
// quick()         some of what the page shows, computed without a search, or null: where `view`
//                 took longer than a shopper waits gladly it is painted at once, and `view` in a
//                 task behind it
//
// Taps only call invalidate(): however many come in one tick, there is one view and, but for what
// is said above, one setData.
import { patch } from '../view/patch.js';
import { inOrder } from './in_order.js';

// What answers within a tenth of a second feels as if it came at once.
const instantMs = 100;

export function bindPage({ view, apply, first = [], quick = () => null }) {
  const painter = inOrder(apply, first);
  let shown = {};
  let viewMs = 0;
  let isScheduled = false;
  let isViewComing = false;

  function paint(next) {
    const changes = patch(shown, next);
    shown = next;
    painter.send(changes);
  }

  function paintNow() {
    isScheduled = false;
    isViewComing = false;
    const startMs = Date.now();
    const next = view();
    viewMs = Date.now() - startMs;
    paint(next);
  }

  function paintTick() {
    // First of all: a view that fails is asked again with the next tap.
    isScheduled = false;
    const part = viewMs > instantMs ? quick() : null;
    if (part === null) return paintNow();
    paint(Object.assign({}, shown, part));
    const isFirst = !isViewComing;
    isViewComing = true;
    return isFirst && setTimeout(() => isViewComing && paintNow(), 0);
  }

  function invalidate() {
    if (isScheduled) return;
    isScheduled = true;
    // The only deferral every host has. Where Promise is built on timers it is a little later.
    Promise.resolve().then(paintTick);
  }

  return { invalidate, paintNow };
}
