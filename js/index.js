// Web pages: `import { createEngine } from 'suanpan'`.
import { createEngineOn } from './engine.js';
import { webHost } from './host/web.js';
import { webLoad } from './host/web_load.js';

export async function createEngine(options = {}) {
  return createEngineOn(await webLoad(options), options);
}

/** Storage, network, random numbers and keys of this page, for a shop. */
export const createHost = webHost;

export * from './common.js';
export { bindPage } from './bind/page.js';
export {
  couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView,
} from './view/index.js';
