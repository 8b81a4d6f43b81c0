// What the workers of `replay` and `simulate` have in common: chunks of log lines in, answers out.
import { parentPort } from 'node:worker_threads';
import { requestOf } from './orders.js';

/**
 * The requests of a chunk of log lines, and the lines that are no orders.
 * @param lines [{number, text}…]
 * @returns {found: [{line, number, request}…] (request: its JSON), refused: [{number, error}…]}
 */
export function requestsOf(lines, options) {
  const found = [];
  const refused = [];
  for (const line of lines) {
    const { number } = line;
    try {
      found.push({ line, number, request: JSON.stringify(requestOf(line.text, options)) });
    } catch (error) {
      refused.push({ number, error });
    }
  }
  return { found, refused };
}

/**
 * Answers each message by the function of its name, until it is told to stop.
 * @param work {name: (lines) => result}
 * @param pricers () => those to be closed in the end
 */
export function serve(work, pricers) {
  parentPort.on('message', async ({ what, lines }) => {
    if (what === 'stop') {
      for (const pricer of await pricers()) pricer.close();
      parentPort.close();
      return;
    }
    try {
      parentPort.postMessage({ result: await work[what](lines) });
    } catch (error) {
      parentPort.postMessage({ error: error.message });
    }
  });
}
