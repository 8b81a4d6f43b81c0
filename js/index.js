// Web pages: `import { createEngine } from 'suanpan'`.
import { createEngineOn } from './engine.js';
import { webHost } from './host/web.js';

export async function createEngine(options = {}) {
  return createEngineOn(await webHost(options), options);
}

export * from './common.js';
export { bindPage } from './bind/page.js';
export {
  couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView,
} from './view/index.js';
