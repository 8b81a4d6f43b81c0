// Node: `import { createEngine } from 'suanpan/node'`.
import { createEngineOn } from './engine.js';
import { nodeHost } from './host/node.js';
import { nodeLoad } from './host/node_load.js';

export async function createEngine(options = {}) {
  return createEngineOn(await nodeLoad(options), options);
}

/** Storage, network and random numbers of this process, for a shop. */
export const createHost = nodeHost;

export * from './common.js';
