// Mini-programs, everything in one, for bundlers that take what is used: uni-app, Taro.
export * from './common.js';
export * from './miniprogram_client.js';
export * from './miniprogram_view.js';
