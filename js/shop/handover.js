// Goods from one app to another, most often from an H5 page to a mini-program: a code that the
// server keeps for ten minutes and gives out once (src/sync/README.md, section 8). It carries sku,
// options and qty; whose cart it was, and what anything cost, it can't say.
import { answerError } from './enrol.js';

const TRIES = 3;

async function ask({ http, url }, body) {
  const answer = await http.request({ method: 'POST', url: `${url}/v1/handover`,
    body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  if (answer.status !== 200) throw answerError(answer);
  return JSON.parse(answer.body);
}

/** { code, expires } for these lines. */
export const handOver = (server, lines) => ask(server,
  { lines: lines.map(({ sku, qty, options = [] }) => ({ sku, qty, options })) });

/** The lines of a code. by: the same one for every try, so a lost answer loses no goods. */
export async function takeOver(server, code, by) {
  for (let tried = 1; ; tried++) {
    try {
      return (await ask(server, { code, by })).lines;
    } catch (error) {
      const isLost = error.code === 'E_NETWORK' || error.code === 'E_TIMEOUT';
      if (tried === TRIES || !isLost) throw error;
    }
  }
}
