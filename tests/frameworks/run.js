// npm run test:frameworks [-- <name>…]
//
// Builds each recipe for real and opens what comes out in the simulator, as an iPhone of today and
// as the oldest one: the module is found at run time, and the cart is priced as the engine does in
// Node. The projects are copied to build/frameworks and get the package as npm packs it. 800 MB of
// node_modules, so this is no part of `npm test`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

// [folder, where its mini-program comes out]
const recipes = [
  ['uni-app', 'dist/build/mp-weixin'],
  ['taro', 'dist'],
  ['weapp-vite', 'dist'],
];

function run(command, args, cwd) {
  // Frameworks ask for news and count their users, unless they are told not to.
  const env = { ...process.env, CI: '1', DO_NOT_TRACK: '1', NODE_ENV: 'production' };
  const { status, stdout, stderr, error } = spawnSync(command, args,
    { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

// The package as it would be published, packed once.
function pack(folder) {
  run(process.execPath, ['js/build/setup.js'], top);
  const [{ filename }] = JSON.parse(run('npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], top));
  return join(folder, filename);
}

// A project as a shop has it: its own packages from its lockfile, then ours beside them.
function install(name, tarball) {
  const from = join(here, name);
  const home = join(top, 'build', 'frameworks', name);
  for (const made of ['src', 'dist']) rmSync(join(home, made), { recursive: true, force: true });
  cpSync(from, home, { recursive: true });
  const lockfile = readFileSync(join(from, 'package-lock.json'), 'utf8');
  const stamp = join(home, 'node_modules', '.suanpan-lockfile');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockfile) {
    // What the lockfile says and nothing else, as `npm ci` would; but that refuses to begin where a
    // registry has not the binaries for other systems, which no build here needs.
    run('npm', ['install', '--include=dev', '--no-save', '--no-progress'], home);
    writeFileSync(stamp, lockfile);
  }
  const target = join(home, 'node_modules', 'suanpan');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target], home);
  const manifest = join(home, 'package.json');
  const own = JSON.parse(readFileSync(manifest, 'utf8'));
  const { version } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  own.dependencies = { ...own.dependencies, suanpan: version };
  writeFileSync(manifest, JSON.stringify(own, null, 2));
  return home;
}

const bookText = readFileSync(join(top, 'demo', 'seed', 'tea.book.json'), 'utf8');
const { now } = JSON.parse(readFileSync(join(top, 'demo', 'seed', 'tea.member.json'), 'utf8'));
const request = {
  now, detail: 'full',
  lines: [{ id: '1', sku: 'm06', qty: 2 }, { id: '2', sku: 'f01', qty: 1 }],
};
const data = `export const bookText = ${JSON.stringify(bookText)};\n`
  + `export const request = ${JSON.stringify(request)};\n`;

async function totals() {
  const { createEngine, yuan } = await import('../../js/node.js');
  const engine = await createEngine();
  await engine.load(bookText, { unsignedBookForDevelopment: true });
  const [first, second] = request.lines;
  return [request, { ...request, lines: [{ ...first, qty: first.qty + 1 }, second] }]
    .map((asked) => `¥${yuan(engine.quote(asked).totals.payable)}`);
}

async function check(name, root, [before, after]) {
  const { openMiniProgram } = await import('../mini/sim/open.js');
  for (const profile of ['modern', 'floor']) {
    const mini = await openMiniProgram({ root, profile });
    try {
      assert.deepEqual(mini.issues, []);
      await mini.waitForText('.total', '.');
      assert.equal(await mini.text('.total'), before);
      await mini.tap('.plus');
      await mini.waitForText('.total', after);
      assert.deepEqual(await mini.texts('.qty'), ['3', '1']);
      assert.deepEqual((await mini.log()).filter(([level]) => level === 'error'), []);
      const { setDataLastBytes } = await mini.stats();
      console.log(`${name}, ${profile}: ${after}, setData of a tap ${setDataLastBytes} bytes, `
        + `package ${mini.packageSize} bytes`);
    } finally {
      await mini.screenshot(join(top, 'build', 'artifacts', `${name}-${profile}.png`));
      await mini.close();
    }
  }
}

const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'suanpan-frameworks-'));
let failed = 0;
let passed = 0;
try {
  const tarball = pack(scratch);
  const prices = await totals();
  for (const [name, output] of recipes.filter(([one]) => !wanted[0] || wanted.includes(one))) {
    try {
      const home = install(name, tarball);
      writeFileSync(join(home, 'src', 'data.js'), data);
      run('npm', ['run', 'build'], home);
      await check(name, join(home, output), prices);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`${name}: ${error.stack}`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
