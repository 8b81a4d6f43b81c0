// bindPage({ view, apply, first?, quick?, quickAfterMs? }) → { invalidate, hear, paintNow }
//
// view()          computes what the page shows now; all quotes of a tick happen in here
// apply(changes)  paints changed paths: `(changes) => page.setData(changes)` in a mini-program
// first           keys that need not wait for new lists (in_order.js)
// quick()         some of it, computed without a search, or null: where `view` took quickAfterMs
//                 (101; 0 is always) or longer it is painted at once, `view` in a task behind it
//
// Taps only call invalidate(): however many in one tick, one view and but for that one setData.
// hear() is for a source that tells once a tick: where promises are built on timers a second wait
// would let storage and network come before the total.
import { patch } from '../view/patch.js';
import { onlyOptions } from '../options.js';
import { inOrder } from './in_order.js';

export function bindPage(page) {
  onlyOptions(page, { function: 'view apply quick?', object: 'first?', number: 'quickAfterMs?' });
  const { view, apply, first = [], quick = () => null, quickAfterMs = 101 } = page;
  const painter = inOrder(apply, first);
  let shown = {};
  let viewMs = 0;
  let [isScheduled, isViewComing] = [false, false];

  function paint(next) {
    const changes = patch(shown, next);
    shown = next;
    painter.send(changes);
    return Object.keys(changes).length > 0;
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
    isScheduled = false; // First of all: a view that fails is asked again with the next tap.
    const part = viewMs >= quickAfterMs ? quick() : null;
    if (part === null || !paint(Object.assign({}, shown, part))) return paintNow();
    const isFirst = !isViewComing;
    isViewComing = true;
    return isFirst && setTimeout(() => isViewComing && paintNow(), 0);
  }

  function invalidate() {
    if (isScheduled) return;
    isScheduled = true;
    // The only deferral every host has. Where Promise is built on timers it is a little later.
    Promise.resolve().then(() => isScheduled && paintTick());
  }

  return { invalidate, hear: paintTick, paintNow };
}
