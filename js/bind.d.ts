import type { Engine, QuoteRequest, Receipt } from './types.js';
import type { View } from './view.js';

/**
 * However many taps come in one tick, one view is computed and one patch applied.
 * 一个 tick 内无论多少次点击，只计算一次、只 setData 一次。
 */
export function bindPage(page: {
  view(): View;
  apply(changes: { [path: string]: any }): void;
  /**
   * Keys that are painted before new lists, which slow phones take long to lay out: `['total']`.
   * 先于新列表显示的键，如总价。
   */
  first?: string[];
  /**
   * Some of the view, computed without a search (a quote of the last `decision`), or null. Where
   * `view` takes longer than 100 ms this is painted first.
   * 不经搜索即可得出的部分内容（按上次的 `decision` 计价），或 null；`view` 超过 100 毫秒时先显示它。
   */
  quick?(): View | null;
  /**
   * `quick` where `view` takes that long, 101 by default; 0: always, for the bar of a page.
   * `view` 达到该毫秒数时先用 `quick`，默认 101；0 为总是如此，用于页面底栏。
   */
  quickAfterMs?: number;
}): {
  invalidate(): void;
  /** For `subscribe` of a `CartSource`, which tells once a tick. 交给 `CartSource` 的 `subscribe`。 */
  hear(): void;
  paintNow(): void;
};

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
