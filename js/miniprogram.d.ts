import type { Host, HostOptions } from './host.js';

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
