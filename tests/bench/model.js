// A model of 64 KB over 4,331 goods, trained on a synthetic log in Node for every host; of fewer
// orders it is a smaller one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasTrainer, trainer } from '../../js/cli/train.js';
import { asLine, syntheticOrders } from '../recommend/synthetic_log.js';

const ITEMS = 4331;

/** { bytes, skus }, or null where there is no trainer. */
export function trainedModel(orders) {
  if (!hasTrainer()) return null;
  const lines = [...syntheticOrders('wholesale', { orders, items: ITEMS })].map(asLine);
  const skus = [...new Set(lines.flatMap((line) => line.match(/\bg\d+(?=:)/g)))].sort();
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-bench-'));
  try {
    const out = join(folder, 'model');
    const { status, stderr } = spawnSync(trainer,
      ['--orders', '-', '--out', out, '--no-table', '--quick'],
      { input: lines.join(''), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return { bytes: new Uint8Array(readFileSync(out)), skus };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
