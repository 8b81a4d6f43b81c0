// Mini-programs, pricing beside the pages: `require('suanpan/async.js')`.
import { asyncEngineMaker } from './miniprogram_engine_async.js';

export const createEngineAsync = asyncEngineMaker();
