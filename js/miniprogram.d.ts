import type { CartSource } from './bind.js';
import type { Host, HostOptions } from './host.js';
import type { View } from './view.js';

export * from './bind.js';
export * from './host.js';
export * from './miniprogram_pricing.js';
export * from './view.js';

/**
 * Storage, network and random numbers of this phone. `api`: `wx`, or what has its calls.
 * `prefetched`: what WeChat fetched before the page was there, or null.
 * 本机的存储、网络与随机数；`prefetched` 取数据预拉取的内容，没有则为 null。
 */
export function createHost(options?: HostOptions & { api?: any }): Host & {
  prefetched(fetchType: 'pre' | 'periodic'): Promise<string | null>;
};

/**
 * A Behavior for native pages: one setData of changed paths a tick, from the first view on.
 * 原生页面的 Behavior：每个 tick 至多一次 setData，只含变化的路径。
 */
export function cartBehavior(options: {
  source: CartSource;
  view(): View;
  /** The host's own, by default. 默认取宿主的 Behavior。 */
  behavior?: (definition: any) => any;
}): string;
