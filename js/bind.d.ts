import type { View } from './view.js';

/**
 * However many taps come in one tick, one view is computed and one patch applied.
 * 一个 tick 内无论多少次点击，只计算一次、只 setData 一次。
 */
export function bindPage(page: {
  view(): View;
  apply(changes: { [path: string]: any }): void;
}): { invalidate(): void; paintNow(): void };
