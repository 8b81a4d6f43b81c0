// The demo's model of recommendations, build/seed/tea.model: the shop has no orders of its own, so
// they are invented from a seed, with pairs that go together and goods that are bought again, and
// given to the trainer. Without the trainer there is no model and the page shows no shelf.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const trainer = join(root, 'build/native/suanpan-train');
const memberCount = 300;
const orderCount = 6000;
const firstDay = 20000;
const minutesADay = 1440;

function randomOf(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 4294967296 * n);
  };
}

/** The lines of an invented log: order user day minute item:qty:price …  */
export function inventOrders({ catalog: { skus }, rules }, seed = 1) {
  const below = randomOf(seed);
  const { member_cards: cards = {} } = rules;
  const sold = skus.filter(({ id, on_sale: isOnSale, tags }) =>
    isOnSale !== false && !tags.includes('gift') && !cards[id]);
  const partner = sold.map((_, i) => (i * 7 + 3) % sold.length);
  const rare = () => Math.min(below(sold.length), below(sold.length));
  const favourites = Array.from({ length: memberCount },
    () => [below(sold.length), below(sold.length)]);
  return Array.from({ length: orderCount }, (_, order) => {
    const member = below(memberCount);
    const first = below(10) < 5 ? favourites[member][below(2)] : rare();
    const chosen = new Set([first]);
    if (below(10) < 6) chosen.add(partner[first]);
    if (below(10) < 3) chosen.add(rare());
    const day = firstDay + Math.floor(order / 40);
    const items = [...chosen].map((i) => `${sold[i].id}:1:${sold[i].price}`);
    return `${order} m${member} ${day} ${below(minutesADay)} ${items.join(' ')}`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && existsSync(trainer)) {
  const book = JSON.parse(readFileSync(join(root, 'demo/seed/tea.book.json'), 'utf8'));
  mkdirSync(join(root, 'build/seed'), { recursive: true });
  const args = ['--orders', '-', '--out', join(root, 'build/seed/tea.model'), '--bytes', '16384',
    '--no-table'];
  const { status, stderr } = spawnSync(trainer, args,
    { input: `${inventOrders(book).join('\n')}\n`, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
