// `suanpan train`: the log goes to the native trainer, unpacked on the way.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkWritable, readUnpacked, writeBytes } from './files.js';
import { UsageError, wholeNumber } from './usage.js';

export const trainer = fileURLToPath(new URL('../../build/native/suanpan-train', import.meta.url));
export const hasTrainer = () => existsSync(trainer);

/** Exit code of the trainer, whose words go straight to the terminal. */
export function train({ orders, out, bytes, cases, ...flags }) {
  if (!hasTrainer()) {
    throw new UsageError('the trainer is not built: it needs OpenBLAS (Debian: libopenblas-dev), '
      + 'then `npm run build`');
  }
  checkWritable(out);
  const args = ['--orders', '-', '--out', out];
  if (bytes !== undefined) args.push('--bytes', String(wholeNumber(bytes, 'bytes', 1024)));
  ['skip-bad', 'no-table', 'quick', 'progress'].filter((name) => flags[name])
    .forEach((name) => args.push(`--${name}`));
  if (cases === undefined) return run(args, orders);
  // The trainer unpacks nothing.
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-train-'));
  try {
    const unpacked = join(folder, basename(cases));
    writeBytes(unpacked, readUnpacked(cases));
    return run([...args, '--cases', unpacked], orders);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args, orders) {
  const { status, signal, error } = spawnSync(trainer, args,
    { input: readUnpacked(orders), stdio: ['pipe', 'inherit', 'inherit'] });
  if (error && error.code !== 'EPIPE') throw error;
  if (signal) throw new Error(`the trainer was ended by ${signal}`);
  return status;
}
