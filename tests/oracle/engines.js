// The engines the oracle can be held against, all with one face:
//   quote(book, bookText, request) → {result, receipt}   or throws an error with a `code`
// where `result` has the form that price.js settles to.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.js';
import { price } from './payers.js';
import { answer } from './answer.js';
import { fromReceipt } from './receipt.js';

export async function openEngine(kind) {
  if (kind === 'self') return selfEngine();
  return kind === 'native' ? nativeEngine() : wasmEngine();
}

async function wasmEngine() {
  const { createEngine } = await import('../../js/node.js');
  let engine = await createEngine();
  let loaded = null;
  return {
    async quote(book, bookText, request) {
      if (loaded !== bookText) {
        loaded = null;
        await engine.load(bookText, { unsignedBookForDevelopment: true });
        loaded = bookText;
      }
      const receipt = engine.quote(request);
      return { receipt, result: fromReceipt(receipt) };
    },
    async restart() {
      engine = await createEngine();
      loaded = null;
    },
    close: () => engine.dispose()
  };
}

/** The command line program; SUANPAN_CLI names another build of it. */
function nativeEngine() {
  const built = new URL('../../build/native/suanpan', import.meta.url);
  const program = process.env.SUANPAN_CLI ?? fileURLToPath(built);
  const folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  const bookFile = join(folder, 'book.json');
  const requestFile = join(folder, 'request.json');
  return {
    quote(book, bookText, request) {
      writeFileSync(bookFile, bookText);
      writeFileSync(requestFile, JSON.stringify(request));
      let text;
      try {
        text = execFileSync(program, ['quote', '--book', bookFile, '--request', requestFile], {
          maxBuffer: 1 << 26
        });
      } catch (error) {
        if (error.status !== 1) throw error;
        const { code, path, message } = JSON.parse(error.stdout);
        throw Object.assign(new Error(`${code} ${path} ${message}`), { code, path });
      }
      const receipt = JSON.parse(text);
      return { receipt, result: fromReceipt(receipt) };
    },
    restart() {},
    close: () => rmSync(folder, { recursive: true })
  };
}

/** The oracle itself, read rightly: what a mutant is measured against without an engine. */
function selfEngine() {
  return {
    quote(book, bookText, request) {
      if (request.decision) {
        const result = price(prepare(book, request), request.decision);
        if (result.lawful) return { receipt: null, result };
        throw Object.assign(new Error(result.reason), { code: 'E_DECISION', path: '/decision' });
      }
      const { result } = answer(book, request);
      return { receipt: null, result: { ...result, exact: true } };
    },
    restart() {},
    close() {}
  };
}
