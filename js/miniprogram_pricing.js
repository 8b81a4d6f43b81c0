// Mini-programs, pricing: `require('suanpan')`, or `require('../suanpan/index.js')` when copied.
import { engineMaker } from './miniprogram_engine.js';

export const createEngine = engineMaker();

export * from './common.js';
