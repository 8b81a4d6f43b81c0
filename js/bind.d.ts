import type { Engine, QuoteRequest, Receipt } from './types.js';
import type { View } from './view.js';

/**
 * However many taps come in one tick, one view is computed and one patch applied.
 * 一个 tick 内无论多少次点击，只计算一次、只 setData 一次。
 */
export function bindPage(page: {
  view(): View;
  apply(changes: { [path: string]: any }): void;
}): { invalidate(): void; paintNow(): void };

/** What tells of changes, at most once a tick. 变化的来源。 */
export interface CartSource {
  subscribe(listener: (...news: any[]) => void): () => void;
}

/** A cart without a server. 不带服务器的购物车。 */
export interface Cart extends CartSource {
  readonly request: QuoteRequest;
  change(update: (request: QuoteRequest) => QuoteRequest): void;
  receipt(): Receipt;
}

export function createCart(options: {
  engine: Pick<Engine, 'quote'>;
  request: QuoteRequest;
}): Cart;
