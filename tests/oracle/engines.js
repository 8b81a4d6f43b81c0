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
import { mergeParts, settle } from './settle.js';
import { solve } from './enumerate.js';

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
      const ctx = prepare(book, request);
      if (request.decision) {
        const result = price(ctx, request.decision);
        if (result.lawful) return { receipt: null, result };
        throw Object.assign(new Error(result.reason), { code: 'E_DECISION', path: '/decision' });
      }
      const { ctx: own, state } = solve(ctx);
      return { receipt: null, result: { ...settle(own, state), exact: true } };
    },
    restart() {},
    close() {}
  };
}

const byKey = (entries) => {
  const sums = {};
  for (const [key, n] of entries) sums[key] = (sums[key] ?? 0) + n;
  return sums;
};

/** A receipt in the form that price.js settles to. */
function fromReceipt(receipt) {
  const { totals, lines, groups, points, gifts, rewards, decision, search } = receipt;
  return {
    totals,
    lines: lines.map((line) =>
      line.state === 'priced'
        ? {
            id: line.id,
            state: line.state,
            list: line.list,
            net: line.net,
            paid: line.paid,
            cuts: byKey(
              line.cuts
                .filter(({ cut }) => cut !== 0)
                .map(({ rule, coupon, cut }) => [coupon ? `${rule} ${coupon}` : rule, cut])
            ),
            segments: line.segments?.map(({ qty, rule, unit, net, paid }) => ({
              qty,
              rule,
              unit,
              net,
              paid
            }))
          }
        : { id: line.id, state: line.state }
    ),
    packages: groups.map(({ payable, ...rest }) => rest),
    packagePayables: groups.map(({ payable }) => payable),
    freightState: receipt.freight.state,
    submit: receipt.submit,
    coupons: receipt.coupons.map(({ id, state, cut }) => ({
      id,
      state,
      cut: state === 'unusable' ? 0 : cut
    })),
    applied: Object.fromEntries(
      receipt.activities
        .filter((activity) => activity.state === 'applied')
        .map((activity) => [activity.rule, activity.cut])
    ),
    points: { usable: points.usable, used: points.used, cut: points.cut, earned: points.earned },
    gifts: byKey(gifts.map(({ rule, sku, qty }) => [`${rule} ${sku}`, qty])),
    granted: byKey(rewards.filter((r) => r.coupon).map((r) => [`${r.rule} ${r.coupon}`, r.n])),
    rewardPoints: byKey(rewards.filter((r) => !r.coupon).map((r) => [r.rule, r.points])),
    decision,
    exact: search.exact,
    hash: receipt.hash
  };
}
