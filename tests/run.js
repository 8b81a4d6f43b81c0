// `npm test`: gets the machine ready, then runs every stage in order.
//
//   node tests/run.js [--list] [--only <name>]...
//
// A stage is a name and commands; it passes when each of them exits with 0. A file or folder that a
// stage names and that is not there fails the stage: nothing is skipped in silence. The last line
// is `N passed, M failed`, counted in stages.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const secondsMax = 35 * 60;
const node = process.execPath;

const script = (...args) => ({ needs: [args[0]], args: () => args });
const ctest = (configuration, ...more) =>
  script('js/build/cmake.js', 'test', configuration, ...more);

// Every *.test.js below these files and folders, in one run of node's test runner: as many files
// at a time as there are cores, since left to itself it keeps one core free. Browsers are run one
// at a time: two of them on two cores make each other's waits run out.
function nodeTests(paths, { oneAtATime = false } = {}) {
  const find = (path) => {
    if (statSync(join(root, path)).isFile()) return [path];
    return readdirSync(join(root, path)).filter((name) => name !== 'node_modules').sort()
      .map((name) => `${path}/${name}`)
      .filter((child) => child.endsWith('.test.js') || statSync(join(root, child)).isDirectory())
      .flatMap(find);
  };
  const args = () => {
    const files = paths.flatMap(find);
    if (files.length === 0) throw new Error(`no *.test.js in ${paths.join(', ')}`);
    const atATime = oneAtATime ? 1 : availableParallelism();
    return ['--test', '--test-reporter=spec', `--test-concurrency=${atATime}`, ...files];
  };
  return { needs: paths, args };
}

const stages = [
  { name: 'set-up and build', commands: [script('js/build/setup.js', '--tests')] },
  { name: 'tidy', commands: [nodeTests(['tests/tidy'])] },
  { name: 'unit native', commands: [ctest('native', '-E', '^cases_run$')] },
  { name: 'unit ASan+UBSan', commands: [ctest('asan', '-E', '^cases_run$')] },
  { name: 'unit wasm', commands: [ctest('wasm', '-E', '^cases_run$')] },
  {
    name: 'golden cases',
    commands: [
      ctest('native', '-R', '^cases_run$'),
      ctest('asan', '-R', '^cases_run$'),
      ctest('wasm', '-R', '^cases_run$'),
    ],
  },
  { name: 'js', commands: [nodeTests(['tests/js'])] },
  { name: 'shop', commands: [nodeTests(['tests/shop'])] },
  { name: 'server', commands: [nodeTests(['tests/server'])] },
  { name: 'simulation', commands: [nodeTests(['tests/sim'])] },
  { name: 'package', commands: [nodeTests(['tests/package', 'tests/migration'])] },
  { name: 'protocol', commands: [nodeTests(['tests/sync'])] },
  { name: 'recommendation', commands: [nodeTests(['tests/recommend'])] },
  { name: 'wasm file', commands: [nodeTests(['tests/size'])] },
  { name: 'schema', commands: [nodeTests(['tests/schema'])] },
  {
    name: 'oracle',
    commands: [
      nodeTests(['tests/oracle']),
      script('tests/oracle/run.js', '--carts', '50000', '--jobs', '2'),
    ],
  },
  { name: 'fuzz smoke', commands: [script('js/build/fuzz.js', '--runs', '20000')] },
  { name: 'e2e chromium', commands: [nodeTests(['tests/e2e'], { oneAtATime: true })] },
  { name: 'mini-program', commands: [nodeTests(['tests/mini'], { oneAtATime: true })] },
];

// The process groups of running commands, so that nothing outlives this program.
const running = new Set();
function killAll() {
  for (const child of running) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}

// Resolves to null when the command succeeded, else to the reason. deadline is in ms.
function execute(args, deadline) {
  return new Promise((resolve) => {
    console.log(`$ node ${args.join(' ')}`);
    const child = spawn(node, args, { cwd: root, stdio: 'inherit', detached: true });
    running.add(child);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killAll();
    }, Math.max(0, deadline - Date.now()));
    const end = (reason) => {
      clearTimeout(timer);
      running.delete(child);
      resolve(late ? 'the time for the whole run is over' : reason);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? null : signal || `exit code ${code}`));
  });
}

async function runStage(stage, deadline) {
  for (const { needs, args } of stage.commands) {
    const missing = needs.filter((path) => !existsSync(join(root, path)));
    if (missing.length > 0) return `not there: ${missing.join(', ')}`;
    try {
      const reason = await execute(args(), deadline);
      if (reason) return reason;
    } catch (error) {
      return error.message;
    }
  }
  return null;
}

function printTable(results) {
  const width = Math.max(...results.map(({ name }) => name.length), 5) + 2;
  const row = (name, seconds, state) =>
    console.log(`${name.padEnd(width)}${seconds.toFixed(1).padStart(8)} s  ${state}`.trimEnd());
  console.log('');
  for (const { name, seconds, reason } of results) {
    row(name, seconds, reason ? `FAILED: ${reason}` : 'passed');
  }
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const late = total > secondsMax;
  row('TOTAL', total, late ? `FAILED: more than ${secondsMax / 60} minutes` : '');
  const failed = results.filter(({ reason }) => reason).length + (late ? 1 : 0);
  const passed = results.filter(({ reason }) => !reason).length;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

async function main() {
  const { values } = parseArgs({
    options: {
      list: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.list) {
    for (const { name } of stages) console.log(name);
    return true;
  }
  for (const name of values.only) {
    if (!stages.some((stage) => stage.name === name)) {
      console.error(`no stage is called "${name}"; --list shows their names`);
      return false;
    }
  }
  // Whatever is chosen, the build comes first: a stage must not test yesterday's module.
  const chosen = stages.filter(({ name }, index) =>
    values.only.length === 0 || index === 0 || values.only.includes(name));
  const deadline = Date.now() + secondsMax * 1000;
  const results = [];
  for (const stage of chosen) {
    if (results.length > 0 && results[0].reason) {
      results.push({ name: stage.name, seconds: 0, reason: 'not run: set-up failed' });
      continue;
    }
    console.log(`\n==== ${stage.name}`);
    const start = Date.now();
    const reason = await runStage(stage, deadline);
    results.push({ name: stage.name, seconds: (Date.now() - start) / 1000, reason });
    if (reason) console.log(`==== ${stage.name} FAILED: ${reason}`);
  }
  return printTable(results);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    killAll();
    process.exit(1);
  });
}
process.exitCode = (await main()) ? 0 : 1;
