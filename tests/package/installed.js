// The package as somebody gets it: packed by npm, installed into a fresh folder.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildDist } from '../../js/build/dist.js';
import { buildMiniProgram } from '../../js/build/miniprogram.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

// What npm tells the scripts it runs would make a second npm work in this clone.
const isKept = (name) => !/^npm_/i.test(name) || /^npm_config_(cache|userconfig)$/i.test(name);
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));

const execute = promisify(execFile);

/** { code, stdout, stderr } of a program; never throws for an exit code. */
export async function run(command, args, cwd, more = {}) {
  try {
    return { code: 0, ...await execute(command, args, { cwd, env: { ...env, ...more },
      encoding: 'utf8', maxBuffer: 1 << 26 }) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

async function must(command, args, cwd) {
  const { code, stdout, stderr } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** npm runs without the network: the package needs nothing but itself. */
const quiet = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** { tarball, files, folder, remove }: `folder` is a project that has the package installed. */
export async function installFresh() {
  await buildDist();
  await buildMiniProgram();
  const place = mkdtempSync(join(tmpdir(), 'suanpan-package-'));
  const stdout = await must('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error',
    '--pack-destination', place], root);
  const [{ files }] = JSON.parse(stdout);
  const tarball = join(place, readdirSync(place).find((name) => name.endsWith('.tgz')));
  const folder = join(place, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"name":"project","private":true}\n');
  await must('npm', ['install', ...quiet, tarball], folder);
  if (!existsSync(join(folder, 'node_modules', 'suanpan'))) throw new Error('not installed');
  return { tarball, files, folder,
    remove: () => rmSync(place, { recursive: true, force: true }) };
}
