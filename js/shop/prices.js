// The engine's answer to the cart as it is: asked for once for all that was tapped in a tick, and
// not again where the question is the same. Most of what is heard of the server is no word of a
// price: of a tap and its way to the server and back that leaves one quote.
import { SuanpanError } from '../error.js';
import { seenCouponsOf } from './request.js';

const REVIVE_MS = 200;

/**
 * { engine, books, clock, nowS, version() → a number that is another one after each change,
 *   ask(seenCoupons) → the request as things are, changed(kind) }
 */
export function createPrices({ engine, books, clock, nowS, version, ask, changed }) {
  let quoted = null;
  let seenCoupons; // They were picked for this very cart before its freight was known.

  // Windows and coupons go by the minute.
  const minuteNow = () => Math.floor(nowS() / 60);
  const isQuoted = () => quoted && quoted.version === version() && quoted.minute === minuteNow();

  /** What was asked for the receipt, or would be now. */
  const request = () => (isQuoted() ? quoted.request : ask(seenCoupons));

  /** null without a book, and while the engine starts anew. */
  function receipt() {
    if (isQuoted()) return quoted.receipt;
    const { current } = books;
    if (current === null) return null;
    const asked = request();
    const minute = minuteNow();
    const now = { version: version(), minute, current,
      text: JSON.stringify({ ...asked, now: minute }) };
    if (quoted && quoted.text === now.text && quoted.current === current) {
      return Object.assign(quoted, now).receipt;
    }
    quoted = null;
    try {
      quoted = { ...now, request: asked, receipt: engine.quote(asked) };
      seenCoupons = seenCouponsOf(quoted.receipt, seenCoupons);
    } catch (error) {
      if (error.code !== 'E_REVIVING' && error.code !== 'E_TRAP') throw error;
      // The engine is being restarted; its state is not lost, because there is none in it.
      clock.after(REVIVE_MS, () => changed('engine'));
      return null;
    }
    return quoted.receipt;
  }

  return {
    request,
    receipt,
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
