// The shop of this app: one engine, one cart. Before the engine is there the total is '--'.
import { createEngine } from 'suanpan';
import { createCart, namesOf, receiptView } from 'suanpan/view.js';
import { bookText, request } from './data.js';

const names = namesOf(JSON.parse(bookText));
let engine = null;

export const cart = createCart({ engine: { quote: (asked) => engine.quote(asked) }, request });

export const view = () => (engine
  ? receiptView(cart.receipt(), names, { request: cart.request })
  : { total: '--', lines: [] });

// Written in ECMAScript 2017, which iOS 13 reads: not every build rewrites what is newer.
export const plus = () => cart.change((asked) => {
  const [first, ...rest] = asked.lines;
  const more = Object.assign({}, first, { qty: first.qty + 1 });
  return Object.assign({}, asked, { lines: [more, ...rest] });
});

export async function start() {
  const loaded = await createEngine();
  await loaded.load(bookText, { unsignedBookForDevelopment: true });
  engine = loaded;
  cart.change((asked) => asked);
}
