// The shopper, and the book in force as the page needs it.
import { namesOf } from 'suanpan/view';
import { shelfBook } from '../shared/book.js';
import { redate } from './redate.js';
import { fetchJson } from './ask.js';

/** The shopper of demo/seed: who he is, where he lives, and his wallet, moved to today. */
export async function loadSeed() {
  const seed = await fetchJson('./seed/tea.member.json');
  const now = Math.floor(Date.now() / 1000);
  return { ...seed, coupons: redate(seed.coupons, seed.now, now) };
}

/** What the pages read, of the book in force and of what the client knows. */
export function shopOf(client, { profile, addresses }) {
  const { shop } = client;
  const { book } = shop;
  return {
    ...shelfBook(book, namesOf(book)),
    now: shop.now,
    profile,
    addresses,
    get shopper() {
      const { member, coupons, points } = shop.state;
      return { addresses, coupons, member: { ...member, ...points } };
    },
  };
}
