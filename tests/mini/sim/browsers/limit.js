// A slower phone: one core, and a share of its time. What is started through it, and all that this
// starts in turn, is limited: DevTools' throttling does not reach workers.
import { mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PERIOD_US = 20000;
const CPU_GROUPS = '/sys/fs/cgroup/cpu';

// The group of control of a share; null where the machine does not let us make one.
function createGroup(share) {
  const group = join(CPU_GROUPS, `suanpan-${process.pid}`);
  try {
    mkdirSync(group);
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(Math.round(PERIOD_US * share)));
    return group;
  } catch {
    return null;
  }
}

/**
 * { isShared, through, remove }: `through(program)` is the path of a script that runs the program
 * limited; isShared tells whether the share is kept, or the one core alone.
 */
export function limitCpu(share) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-limit-'));
  const group = share < 1 ? createGroup(share) : null;
  return {
    isShared: share === 1 || group !== null,
    through(program) {
      const script = join(folder, program.split('/').pop());
      const enter = group ? `echo $$ > ${group}/tasks\n` : '';
      writeFileSync(script, `#!/bin/sh\n${enter}exec taskset -c 0 ${program} "$@"\n`,
        { mode: 0o755 });
      return script;
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
      // A group goes when its last process has.
      if (group) rmdirSync(group);
    },
  };
}
