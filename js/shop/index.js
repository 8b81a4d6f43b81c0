// The cart of a member on this phone, and the pure functions that a page may want beside it.
export { emptyCart, lineKey, reduce as reduceCart } from './cart.js';
export { quoteRequest, requestLineId } from './request.js';
export { createShop } from './shop.js';
