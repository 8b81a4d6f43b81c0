export type { MiniProgramAsyncOptions, MiniProgramOptions } from './miniprogram_pricing.js';
export * from './miniprogram_client.js';
export * from './miniprogram_view.js';
export * from './types.js';
