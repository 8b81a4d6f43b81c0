// The engine's answer to the cart as it is: asked for once for all that was tapped in a tick, and
// not again where the question is the same. Most of what is heard of the server is no word of a
// price: of a tap and its way to the server and back that leaves one quote.
import { SuanpanError } from '../error.js';
import { seenCouponsOf } from './request.js';

const REVIVE_MS = 200;

// What stands on the screen before the rest: two thirds of the time where nothing is compiled.
const QUICK = { detail: 'totals', hash: false };

/**
 * { engine, books, clock, nowS, version() → a number that is another one after each change,
 *   ask(seenCoupons) → the request as things are, changed(kind) }
 */
export function createPrices({ engine, books, clock, nowS, version, ask, changed }) {
  let asked = null; // { version, minute, book, request, text }
  let quoted = null; // The one of these that was answered last, with its receipt.
  let seenCoupons; // They were picked for this very cart before its freight was known.

  // Windows and coupons go by the minute.
  const minuteNow = () => Math.floor(nowS() / 60);
  const isOfNow = (one) => one !== null && one.version === version() && one.minute === minuteNow();

  function question() {
    const { current: book } = books;
    if (isOfNow(asked) && asked.book === book) return asked;
    const minute = minuteNow();
    const request = ask(seenCoupons);
    const text = JSON.stringify({ ...request, now: minute });
    asked = { version: version(), minute, book, request, text };
    return asked;
  }

  function isKnown() {
    if (isOfNow(quoted)) return true;
    if (quoted === null || books.current === null) return false;
    const { version: named, minute, book, text } = question();
    if (quoted.text !== text || quoted.book !== book) return false;
    Object.assign(quoted, { version: named, minute });
    return true;
  }

  // null without a book, and while the engine starts anew: its state is not lost, because there is
  // none in it.
  function answer(more) {
    if (books.current === null) return null;
    try {
      return engine.quote({ ...question().request, ...more });
    } catch (error) {
      if (error.code !== 'E_REVIVING' && error.code !== 'E_TRAP') throw error;
      clock.after(REVIVE_MS, () => changed('engine'));
      return null;
    }
  }

  function receipt() {
    if (isKnown()) return quoted.receipt;
    quoted = null;
    const told = answer();
    if (told === null) return null;
    quoted = { ...question(), receipt: told };
    seenCoupons = seenCouponsOf(told, seenCoupons);
    return told;
  }

  return {
    receipt,
    /** What was asked for the receipt, or would be now. */
    request: () => (isOfNow(quoted) ? quoted : question()).request,
    /** The totals of the receipt, and all of it where that is known. */
    quickReceipt: () => (isKnown() ? quoted.receipt : answer(QUICK)),
    quotedNow() {
      if (receipt() === null) throw new SuanpanError('E_REVIVING', '', 'the engine starts anew');
      return quoted;
    },
    /** The shopper has changed the cart. */
    forgetSeen() {
      seenCoupons = undefined;
    },
  };
}
