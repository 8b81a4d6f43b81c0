// npm run test:wechat: installs WeChat's compiler here (280 MB, therefore not with the rest), and
// compiles the demo with it. The compiler leaves a process behind, which ends with this one.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const top = fileURLToPath(new URL('../..', import.meta.url));
const node = process.execPath;

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(1);
}

run(node, ['js/build/setup.js'], top);
run('npm', ['ci', '--no-progress'], here);

const child = spawn(node, ['--test', '--test-force-exit', '--test-reporter=spec',
  fileURLToPath(new URL('compile.test.js', import.meta.url))],
{ stdio: 'inherit', detached: true, env: { ...process.env, FORCE_COLOR: '0' } });
const end = (code) => {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody was left behind.
  }
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(1));
child.on('exit', (code) => end(code === 0 ? 0 : 1));
