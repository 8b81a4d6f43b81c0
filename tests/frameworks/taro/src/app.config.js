export default { pages: ['pages/cart/cart'] };
