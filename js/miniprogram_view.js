// Mini-programs, what pages show: `require('suanpan/view.js')`. The engine is not in it.
export { cartBehavior } from './bind/behavior.js';
export { createCart } from './bind/cart.js';
export { bindPage } from './bind/page.js';
export * from './view/index.js';
