// Builds the fuzzers with clang's libFuzzer and runs each over its kept seeds, then onward.
//
//   node js/build/fuzz.js [--runs N] [--seconds S] [--only name] [--seed N]
//
// The seeds in tests/fuzz/seeds/<name>/ are only read. What a run finds new stays in
// build/fuzz/corpus/<name>/, and an input that fails in build/fuzz/failed/: copy that one to the
// seeds when the fault is repaired.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, buildDir, root, run } from './cmake.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '0' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

build('fuzz');
const all = readFileSync(join(buildDir('fuzz'), 'fuzzers.txt'), 'utf8').split('\n').filter(Boolean);
const names = all.filter((name) => !values.only || name === values.only);
if (names.length === 0) {
  console.error(values.only ? `no fuzzer is called ${values.only}` : 'no fuzzer is listed');
  process.exit(1);
}
const failed = join(buildDir('fuzz'), 'failed');
mkdirSync(failed, { recursive: true });
for (const name of names) {
  const corpus = join(buildDir('fuzz'), 'corpus', name);
  const seeds = join(root, 'tests', 'fuzz', 'seeds', name);
  mkdirSync(corpus, { recursive: true });
  const limit = values.seconds === '0'
    ? [`-runs=${values.runs}`] : [`-max_total_time=${values.seconds}`];
  console.log(`fuzz ${name}: ${limit[0].slice(1)}`);
  run(join(buildDir('fuzz'), `fuzz_${name}`), [...limit, `-seed=${values.seed}`, '-timeout=20',
    '-rss_limit_mb=1024', '-print_final_stats=1', '-verbosity=0',
    `-artifact_prefix=${failed}/${name}-`, corpus, ...(existsSync(seeds) ? [seeds] : [])]);
}
console.log(`${names.length} fuzzers found nothing`);
