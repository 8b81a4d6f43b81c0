// cartBehavior({ source, view }) → a Behavior for native pages and components:
//
//   Page({ behaviors: [cartBehavior({ source: cart, view })], onPlus() { cart.change(…); } })
//
// source    what tells of changes, at most once a tick: createCart's cart, createShop's shop
// view      () → what the page shows, plain JSON with words for keys; it may quote
// first, quick, quickAfterMs   what stands on the screen before the rest (page.js)
// behavior  the host's Behavior; a parameter for hosts that call it otherwise
//
// However many changes come in one tick there is one view and one setData, of changed paths only.
// `paintCart()` paints at once, `repaintCart()` with the tick, for what the source does not know.
import { onlyOptions, optionsFrom } from '../options.js';
import { bindPage } from './page.js';

/* global Behavior */
const ownBehavior = () => (typeof Behavior === 'undefined' ? null : Behavior);

export function cartBehavior(options) {
  const { source, view, first, quick, quickAfterMs, behavior = ownBehavior() } =
    onlyOptions(options, { object: 'source first?', function: 'view quick? behavior?',
      number: 'quickAfterMs?' });
  optionsFrom(source, { function: 'subscribe' }, '/source');
  const bindings = new Map();
  // An answer that comes after the page has gone paints nothing.
  const paint = (page, how) => bindings.has(page) && bindings.get(page).binding[how]();

  return behavior({
    lifetimes: {
      attached() {
        const apply = (changes) => this.setData(changes);
        const binding = bindPage({ view, first, quick, quickAfterMs, apply });
        bindings.set(this, { binding, stop: source.subscribe(() => binding.hear()) });
        binding.paintNow();
      },
      detached() {
        bindings.get(this).stop();
        bindings.delete(this);
      },
    },
    methods: {
      paintCart() {
        paint(this, 'paintNow');
      },
      repaintCart() {
        paint(this, 'invalidate');
      },
    },
  });
}
