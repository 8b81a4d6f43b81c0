// What the developer panel of the demo does to the shop, as a merchant would: it publishes the next
// version of the book, signed, and every phone takes it over at its next word with the server.
const civil = (ms) => new Date(ms + 28800000).toISOString().slice(0, 19);

const changes = {
  // 改价: one good is dearer by a yuan.
  price: (book, { sku }) => ({ ...book, catalog: { ...book.catalog,
    skus: book.catalog.skus.map((one) =>
      (one.id === sku ? { ...one, price: one.price + 100 } : one)) } }),
  // 售罄: one good is off the shelf.
  sold: (book, { sku }) => ({ ...book, catalog: { ...book.catalog,
    skus: book.catalog.skus.map((one) =>
      (one.id === sku ? { ...one, on_sale: false } : one)) } }),
  // 券过期: a coupon's rule ends now.
  expire: (book, { rule }, nowMs) => ({ ...book, rules: { ...book.rules,
    rules: book.rules.rules.map((one) => (one.id === rule
      ? { ...one, window: { ...one.window, to: civil(nowMs) } } : one)) } }),
};

/** panel(name, args): 'price', 'sold', 'expire', or 'reset' for the book of demo/seed. */
export function panelOf({ publish, shop }, original, clock) {
  let book = original;
  return async function panel(name, args) {
    if (name === 'reset') book = original;
    else if (Object.hasOwn(changes, name)) book = changes[name](book, args, clock());
    else throw Object.assign(new Error(`no such change: ${name}`), { status: 404 });
    await publish(book);
    return { ver: shop.books.current().ver };
  };
}
