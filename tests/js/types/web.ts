// A page's use of the package, for the type checker only.
import { createEngine, bindPage, fenFromYuan, namesOf, orderRecord, receiptView, SuanpanError,
  yuan, errors, limits } from 'suanpan';
import type { Book, OrderRecord, QuoteRequest, Receipt } from 'suanpan';

declare const book: Book;
const request: QuoteRequest = {
  now: 1767240000,
  lines: [{ sku: 'a', qty: 1, options: [{ id: 'large' }] }],
  coupons: [{ id: 'c', rule: 'r' }],
  points: 'max',
};

export async function page(): Promise<string> {
  const engine = await createEngine({ wasm: '/suanpan.wasm', fallback: async () => () => ({}) });
  const { digest, version } = await engine.load(book, { unsignedBookForDevelopment: true });
  const receipt: Receipt = engine.quote({ ...request, detail: 'full' });
  const reasons: Array<string | null> = [engine.mode.reason];
  const names = namesOf(book);
  bindPage({ view: () => receiptView(receipt, names, { request }), apply() {} }).invalidate();
  try {
    engine.share({ amount: fenFromYuan('79.00'), weights: [1, 2] }).parts.map(yuan);
  } catch (error) {
    if (error instanceof SuanpanError && error.code === 'E_RANGE') return error.path + error.zh;
  }
  const order: OrderRecord = orderRecord(receipt, { ...request, detail: 'full' });
  const back: number = engine.refund({ order, refund: { lines: [{ id: '0', qty: 1 }] } }).money;
  // @ts-expect-error: a refund is of an order
  engine.refund({ refund: { lines: [{ id: '0', qty: 1 }] } });
  // @ts-expect-error: money is a number in fen
  engine.share({ amount: '79.00', weights: [1] });
  // @ts-expect-error: a line needs its quantity
  engine.quote({ now: 1, lines: [{ sku: 'a' }] });
  return `${back} ${digest} ${version} ${limits.lines_max} ${errors.E_RANGE} ${reasons}`;
}
