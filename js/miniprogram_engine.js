// What the entries for mini-programs have in common: where the engine is found there.
import { createEngineOn } from './engine.js';
import { ownPlatform } from './host/own_platform.js';
import { wxLoad } from './host/wx_load.js';
import { engineOptions } from './options.js';

/** Where the folder is copied to by hand, by "Build npm", and by uni-app (src/static). */
export const defaultFolders = ['/suanpan/', '/miniprogram_npm/suanpan/', '/static/suanpan/'];

/** The options that say where the module comes from. */
export const ownOptions = 'wasm? platform? fallback?';

/** The module in this thread, by such options. */
export const loadModule = ({ wasm = defaultFolders, platform = ownPlatform(), fallback }) =>
  wxLoad({ wasm, platform, fallback });

/** createEngine of a mini-program; `more` gives further verbs. */
export const engineMaker = (more) => async (options = {}) =>
  createEngineOn(await loadModule(engineOptions(options, ownOptions)), options, more);
