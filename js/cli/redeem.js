// A till by itself: whether a redemption code may be taken, without a network.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readChain } from './publish.js';
import { verifier } from './signing.js';

/** The code's value; its `j` goes into the file of used ones, which is this store's memory. */
export async function redeemVerify({ code, root, store, used, now }) {
  const { files, shop } = await readChain(root);
  const known = used !== undefined && existsSync(used)
    ? readFileSync(used, 'utf8').split('\n') : [];
  const value = await verifier.verifyRedeemCode({
    shop, root: files[files.length - 1], store, code: code.trim(), used: new Set(known),
    now: now === undefined ? Math.floor(Date.now() / 1000) : Number(now),
  });
  if (used !== undefined) appendFileSync(used, `${value.j}\n`);
  return value;
}
