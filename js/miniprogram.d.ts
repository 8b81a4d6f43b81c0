export type { MiniProgramAsyncOptions } from './miniprogram_async.js';
export type { MiniProgramOptions } from './miniprogram_pricing.js';
export * from './miniprogram_client.js';
export * from './miniprogram_view.js';
export * from './types.js';
