// Runs a link command and makes sure that its output exists only if the command succeeded.
//
//   node link_or_remove.js <output> -- <command> <arguments...>
//
// emcc exits non-zero on undefined symbols but leaves the .wasm behind; so the old file goes
// before the link, and whatever a failed link left goes after it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

const [output, separator, command, ...args] = process.argv.slice(2);
if (!output || separator !== '--' || !command) {
  console.error('usage: node link_or_remove.js <output> -- <command> <arguments...>');
  process.exit(2);
}
rmSync(output, { force: true });
mkdirSync(dirname(output), { recursive: true }); // a clean clone has no dist yet
const result = spawnSync(command, args, { stdio: 'inherit' });
if (result.status !== 0) {
  rmSync(output, { force: true });
  if (result.error) console.error(String(result.error));
  process.exit(result.status || 1);
}
