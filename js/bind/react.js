// useCart({ source, view }) → what view() gives, for React 18 and newer and for Taro:
//
//   const shown = useCart({ source: cart, view });
//
// source  what tells of changes, at most once a tick: createCart's cart, createShop's shop
// view    () → what the component shows; it may quote. A new function is not asked before the
//         source changes; what else it depends on belongs into the source.
//
// Equal parts of two views stay the same objects, so that memo() and useMemo() see what changed.
import { useMemo, useSyncExternalStore } from 'react';
import { onlyOptions, optionsFrom } from '../options.js';
import { keepEqual } from '../view/keep_equal.js';

// React asks for the snapshot at every drawing and wants the same object until something changed.
function createStore(source, view) {
  let shown = view();
  return {
    snapshot: () => shown,
    subscribe(redraw) {
      const stop = source.subscribe(() => {
        const next = keepEqual(shown, view());
        if (next === shown) return;
        shown = next;
        redraw();
      });
      // Nobody told of what changed between the drawing and now; React looks once more.
      shown = keepEqual(shown, view());
      return stop;
    },
  };
}

export function useCart(options) {
  const { source, view } = onlyOptions(options, { object: 'source', function: 'view' });
  optionsFrom(source, { function: 'subscribe' }, '/source');
  const store = useMemo(() => createStore(source, view), [source]);
  return useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
}
