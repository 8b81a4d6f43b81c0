// Node: `import { createEngine } from 'suanpan/node'`.
import { createEngineOn } from './engine.js';
import { nodeHost } from './host/node.js';

export async function createEngine(options = {}) {
  return createEngineOn(await nodeHost(options), options);
}

export * from './common.js';
