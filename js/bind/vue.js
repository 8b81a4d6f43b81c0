// useCart({ source, view }) → a shallow ref of what view() gives, for Vue 3 and uni-app:
//
//   const cart = createCart({ engine, request });
//   const shown = useCart({ source: cart, view: () => receiptView(cart.receipt(), names) });
//
// source  what tells of changes, at most once a tick: createCart's cart, createShop's shop
// view    () → what the component shows; it may quote
//
// Equal parts of two views stay the same objects, so that a child that got one is not drawn again.
// It ends with the component, or with the effect scope it is called in.
import { onScopeDispose, shallowRef } from 'vue';
import { onlyOptions, optionsFrom } from '../options.js';
import { keepEqual } from '../view/keep_equal.js';

export function useCart(options) {
  const { source, view } = onlyOptions(options, { object: 'source', function: 'view' });
  optionsFrom(source, { function: 'subscribe' }, '/source');
  const shown = shallowRef(view());
  const stop = source.subscribe(() => {
    shown.value = keepEqual(shown.value, view());
  });
  onScopeDispose(stop);
  return shown;
}
