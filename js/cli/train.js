// `suanpan train`: the log goes to the native trainer, unpacked on the way.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readUnpacked } from './files.js';
import { UsageError, wholeNumber } from './usage.js';

export const trainer = fileURLToPath(new URL('../../build/native/suanpan-train', import.meta.url));
export const hasTrainer = () => existsSync(trainer);

/** Exit code of the trainer, whose words go straight to the terminal. */
export function train({ orders, out, bytes, cases, ...flags }) {
  if (!hasTrainer()) {
    throw new UsageError('the trainer is not built: it needs OpenBLAS (Debian: libopenblas-dev), '
      + 'then `npm run build`');
  }
  const args = ['--orders', '-', '--out', out];
  if (bytes !== undefined) args.push('--bytes', String(wholeNumber(bytes, 'bytes', 1024)));
  if (cases !== undefined) args.push('--cases', cases);
  ['skip-bad', 'no-table', 'quick', 'progress'].filter((name) => flags[name])
    .forEach((name) => args.push(`--${name}`));
  const { status, signal, error } = spawnSync(trainer, args,
    { input: readUnpacked(orders), stdio: ['pipe', 'inherit', 'inherit'] });
  if (error && error.code !== 'EPIPE') throw error;
  if (signal) throw new Error(`the trainer was ended by ${signal}`);
  return status;
}
