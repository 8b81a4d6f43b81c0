import type { CartSource } from './bind.js';
import type { View } from './view.js';

export * from './bind.js';
export * from './view.js';

/**
 * A Behavior for native pages: one setData of changed paths a tick, from the first view on.
 * 原生页面的 Behavior：每个 tick 至多一次 setData，只含变化的路径。
 */
export function cartBehavior(options: {
  source: CartSource;
  view(): View;
  /** As in `bindPage`. 同 `bindPage`。 */
  first?: string[];
  quick?(): View | null;
  quickAfterMs?: number;
  /** The host's own, by default. 默认取宿主的 Behavior。 */
  behavior?: (definition: any) => any;
}): string;
