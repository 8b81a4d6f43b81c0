// Mini-programs, pricing: `require('suanpan')`, or `require('../suanpan/index.js')` when copied.
import { makersOf } from './miniprogram_engine.js';

export const { createEngine, createEngineAsync } = makersOf();

export * from './common.js';
