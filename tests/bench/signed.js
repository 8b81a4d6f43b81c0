// Published books with one signature under a pinned root, made in Node for every host.
import { j0Text } from '../../js/sync/j0.js';
import { bookFile, json, keyOf, rootValue } from '../sync/kit.js';
import { shopBook } from './workload.js';

const sizes = [[1000, 100], [5000, 300]];

/** [{ name, shop, root, book: bytes }…] */
export function signedBooks() {
  const [key, online] = ['book', 'online'].map(keyOf);
  const shop = 'bench';
  const root = j0Text(rootValue({
    shop, roles: { root: [[key], 1], book: [[key], 1], online: [[online], 1] },
  }));
  return sizes.map(([skus, rules]) => {
    const book = shopBook(skus, rules);
    const parts = [['catalog', json(book.catalog)], ['rules', json(book.rules)]];
    const name = `load signed ${skus}x${rules}`;
    return { name, shop, root, book: bookFile([key], { shop, parts }) };
  });
}
