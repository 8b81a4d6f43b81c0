// A till by itself: whether a redemption code may be taken, without a network, and telling the
// server of what was taken when there is one.
//
// `--used` is the memory of one store: a file of JSON lines, written with an append that is on the
// disk before anything is handed over. Two programs that append to one file see each other: the
// first line of a `j` has taken it. A last line without its end is a write that did not happen.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { refuse } from '../error.js';
import { FileError } from './files.js';
import { readChain } from './publish.js';
import { verifier } from './signing.js';
import { UsageError, wholeNumber } from './usage.js';

const CODES_MAX = 50;

// The lines of a used-set, whole ones only: { j, by, code, store } taken, { j, told } told.
function readUsed(path) {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1).filter(Boolean);
  return lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      // Cut off in the middle and gone on behind: that write was never believed.
      return {};
    }
  });
}

function append(path, line) {
  try {
    const isTorn = existsSync(path) && !/(^|\n)$/.test(readFileSync(path, 'utf8'));
    const file = openSync(path, 'a', 0o600);
    writeSync(file, `${isTorn ? '\n' : ''}${JSON.stringify(line)}\n`);
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    throw new FileError(path, error);
  }
}

/** The code's value. used: the file that remembers it; without one the code is only looked at. */
export async function redeemVerify({ code, root, store, used, now }) {
  const { files, shop } = await readChain(root);
  const known = used === undefined ? [] : readUsed(used).map(({ j }) => j);
  const value = await verifier.verifyRedeemCode({
    shop, root: files[files.length - 1], store, code: code.trim(), used: new Set(known),
    now: now === undefined ? Math.floor(Date.now() / 1000) : wholeNumber(now, 'now', 0),
  });
  if (used === undefined) return value;
  const by = randomBytes(8).toString('hex');
  append(used, { j: value.j, by, code: code.trim(), store });
  const first = readUsed(used).find(({ j }) => j === value.j);
  if (first.by !== by) refuse('E_REPLAY', 'used in this store');
  return value;
}

async function tell(url, body) {
  let response;
  try {
    response = await fetch(`${url}/v1/redeem`, { method: 'POST', body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' } });
  } catch (cause) {
    return refuse('E_NETWORK', cause.message);
  }
  const answer = await response.json().catch(() => ({ code: 'E_NETWORK' }));
  return response.ok ? answer.results : refuse(answer.code, answer.message);
}

/**
 * Tells the server what this store has taken and not told yet: { results: [{ j, c, … }…] }. What
 * was told is marked in the file; it may be told again, and the answer is the same.
 */
export async function redeemSettle({ used, url, till }) {
  if (!existsSync(used)) throw new UsageError(`${used} is not there`);
  const lines = readUsed(used);
  const told = new Set(lines.filter((line) => line.told).map(({ j }) => j));
  const taken = new Map();
  lines.filter(({ code, j }) => code && !told.has(j)).forEach((line) => {
    if (!taken.has(line.j)) taken.set(line.j, line);
  });
  const results = [];
  for (const store of new Set([...taken.values()].map((line) => line.store))) {
    const mine = [...taken.values()].filter((line) => line.store === store);
    for (let from = 0; from < mine.length; from += CODES_MAX) {
      const some = mine.slice(from, from + CODES_MAX);
      const answers = await tell(url, { store, till, codes: some.map(({ code }) => code) });
      answers.forEach(({ c }, i) => {
        append(used, { j: some[i].j, told: c });
        results.push({ j: some[i].j, c });
      });
    }
  }
  return { results };
}
