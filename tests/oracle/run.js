// npm run oracle -- [--carts N] [--from K] [--seed S] [--jobs 2] [--log FILE] [--all]
//                   [--only K | --case FILE] [--engine wasm|native|self] [--mutant NAME]
//                   [--features base,gives,…|all]
//
// Compares the engine with the oracle on the carts K to N − 1 of a seed. Exit code 1 when they
// differ, and a file in build/artifacts/ with the cart and a smaller one that differs in the same
// way; --case FILE runs what such a file holds again. With --mutant, 1 when they do NOT differ.
// --only K runs the one cart K, --all goes on after the first difference. The shares at the end
// show that the carts are not vacuous; they are demanded from runs long enough to measure them.
//
// A long run says after every 10,000 carts how it stands, in a line that --log FILE adds to a file:
// stopped, it goes on with --from and the number at which the last line ends.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import './v8.js';
import { FACTS, nothingSeen } from './check.js';
import { compareCart } from './compare.js';
import { openEngine } from './engines.js';
import { FEATURES, readFeatures } from './features/index.js';
import { MUTANTS } from './mutants.js';

// At least so many percent of the carts must show the fact.
const DEMANDED = {
  greedy: { demanded: 30, meaning: 'greedy is not the optimum' },
  cliff: { demanded: 5, meaning: 'the freight decides' },
  lines: { demanded: 10, meaning: 'the assignment of lines matters' },
  exclusions: { demanded: 15, meaning: 'exclusions matter' },
  skip: { demanded: 5, meaning: 'skipping a reached choice rule wins' }
};
/** A feature beside others is asked for half of its share, for others close rules. */
function demandedOf(name, features) {
  if (!(name in FEATURES)) return DEMANDED[name].demanded;
  const { demanded } = FEATURES[name];
  return features.length > 1 ? demanded / 2 : demanded;
}

const SAMPLE_MIN = 1000;
const SAMPLE_MIN_OF_FEATURE = 100;
const SAMPLE_MAX = 2000;
// Only every fourth cart of a run with features has none.
const SAMPLE_MAX_MIXED = 4200;
// Nine carts of ten have a balance or a rule for who pays: who pays what, and what is then best,
// are searched one by one, and what stays between them is not always closed.
const INEXACT_PER_MILLE_MAX = 2;
const ARTIFACTS = fileURLToPath(new URL('../../build/artifacts/', import.meta.url));
// A thread takes so many carts at a time; a line of progress tells of so many.
const BLOCK = 100;
const STRETCH = 10_000;
// Nearly all that a cart needs is garbage after it: a larger nursery seldom has to be cleaned.
const YOUNG_MB = 64;

/** A mutant that only some feature shows needs that feature in the carts. */
const featuresOf = (mutant) => MUTANTS[mutant]?.features?.join();

function options() {
  const { values } = parseArgs({
    options: {
      carts: { type: 'string', default: '2000' },
      from: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      case: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      log: { type: 'string' },
      engine: { type: 'string', default: 'wasm' },
      mutant: { type: 'string' },
      features: { type: 'string' },
      all: { type: 'boolean', default: false }
    }
  });
  const number = (name) => {
    if (!/^\d{1,9}$/.test(values[name])) throw new Error(`--${name} takes a whole number`);
    return Number(values[name]);
  };
  if (!['wasm', 'native', 'self'].includes(values.engine)) throw new Error('unknown --engine');
  if (values.mutant && !(values.mutant in MUTANTS)) {
    throw new Error(`unknown --mutant; there are: ${Object.keys(MUTANTS).join(' ')}`);
  }
  const only = values.only === undefined ? null : number('only');
  const first = only ?? number('from');
  const end = only === null ? number('carts') : only + 1;
  if (first >= end) throw new Error('--from must be less than --carts');
  return {
    first,
    end,
    seed: number('seed'),
    jobs: only === null ? Math.max(1, number('jobs')) : 1,
    log: values.log ?? null,
    file: values.case ?? null,
    engine: values.engine,
    mutant: values.mutant ?? null,
    features: readFeatures(values.features ?? featuresOf(values.mutant)),
    all: values.all
  };
}

/** Adds what a block of carts showed to what was seen before. */
function add(seen, result) {
  for (const [name, value] of Object.entries(result)) {
    if (typeof value === 'number') seen[name] += value;
    else add(seen[name], value);
  }
}

/**
 * Tells how the run stands, after each stretch whose carts have all been run. The blocks come back
 * in any order, so each is kept with its stretch.
 */
class Progress {
  constructor({ first, end, seed, log, features }) {
    Object.assign(this, { first, end, seed, log, features });
    this.stretches = new Map();
    this.begun = Date.now();
  }

  add({ first }, result) {
    const from = Math.max(this.first, first - (first % STRETCH));
    if (!this.stretches.has(from)) this.stretches.set(from, nothingSeen(this.features));
    add(this.stretches.get(from), result);
    this.tell();
  }

  /** Lines stand in the order of the carts, so that the last one says where to go on. */
  tell() {
    const to = Math.min(this.end, this.first - (this.first % STRETCH) + STRETCH);
    const seen = this.stretches.get(this.first);
    if (seen?.carts !== to - this.first) return;
    const seconds = ((Date.now() - this.begun) / 1000).toFixed(0);
    const line = `seed ${this.seed} carts ${this.first} to ${to}: ${standing(seen)}, ${seconds} s`;
    if (this.log) appendFileSync(this.log, `${line}\n`);
    if (this.end - this.first > STRETCH || this.stretches.size > 1) console.log(line);
    this.stretches.delete(this.first);
    this.first = to;
    if (to < this.end) this.tell();
  }
}

const standing = ({ visited, failures, inexact, beaten }) =>
  `${visited} decisions, ${failures} differences, ${inexact} not proven (${beaten} not the best)`;

/** Gives blocks of carts to threads until there are none; resolves to what was seen. */
function runThreads({ first, end, jobs, all, log, ...chosen }, onFailure) {
  const most = chosen.features.length > 0 ? SAMPLE_MAX_MIXED : SAMPLE_MAX;
  const workerData = {
    ...chosen,
    mix: !chosen.mutant && chosen.features.length > 0,
    sampleEvery: chosen.mutant ? 0 : Math.max(1, Math.ceil((end - first) / most)),
    stopAtFirst: !all
  };
  const seen = nothingSeen(chosen.features);
  const progress = new Progress({ first, end, log, ...chosen });
  let next = first;
  const nextBlock = () => {
    if (next >= end || (seen.failures > 0 && !all)) return null;
    const block = { first: next, count: Math.min(BLOCK - (next % BLOCK), end - next) };
    next += block.count;
    return block;
  };
  const run = () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB }
    });
    worker.on('message', ({ failure, block, result }) => {
      if (failure) {
        onFailure(failure);
        return;
      }
      if (result) {
        add(seen, result);
        progress.add(block, result);
      }
      worker.postMessage(nextBlock());
    });
    worker.on('error', reject);
    worker.on('exit', resolve);
  });
  return Promise.all(Array.from({ length: jobs }, run)).then(() => seen);
}

function printDifference(title, { kind, lines, engine, oracle }) {
  console.log(`\n${title}: ${kind}`);
  for (const line of lines.slice(0, 8)) console.log(`  ${line}`);
  console.log(`  engine ${JSON.stringify(engine)}`);
  console.log(`  oracle ${JSON.stringify(oracle)}`);
}

function keepFailure({ seed, mutant, features }, { number, cart, difference, shrunk }) {
  printDifference(`seed ${seed} cart ${number}`, difference);
  if (mutant) return;
  mkdirSync(ARTIFACTS, { recursive: true });
  const name = `oracle-${seed}-${number}.json`;
  const kept = { seed, number, features, ...shrunk, whole: { ...cart, difference } };
  writeFileSync(`${ARTIFACTS}${name}`, `${JSON.stringify(kept, null, 2)}\n`);
  console.log(`  a smaller cart with the same kind of difference, and the whole one:`);
  console.log(`  node tests/oracle/run.js --case build/artifacts/${name}`);
}

/** Runs both carts of a file of keepFailure again. */
async function runCase({ file, engine: kind }) {
  const { features, book, request, whole } = JSON.parse(readFileSync(file, 'utf8'));
  const engine = await openEngine(kind);
  let good = true;
  for (const [name, cart] of Object.entries({ smaller: { book, request }, whole })) {
    const { difference } = await compareCart(engine, cart.book, cart.request, { features });
    if (difference) printDifference(`${name} cart`, difference);
    else console.log(`${name} cart: no difference`);
    if (difference) good = false;
  }
  engine.close();
  return good;
}

/** Prints a share that is demanded. Returns whether it is large enough, or can't be told. */
function isShareGood(seen, name, features) {
  const sampled = seen.of[name in FEATURES ? name : 'base'];
  if (sampled === 0) return true;
  const { meaning } = FEATURES[name] ?? DEMANDED[name];
  const demanded = demandedOf(name, features);
  const percent = (100 * seen.facts[name]) / sampled;
  const enough = percent >= demanded;
  const least = name in FEATURES ? SAMPLE_MIN_OF_FEATURE : SAMPLE_MIN;
  const verdict = enough ? '' : sampled < least ? ' (too few carts to tell)' : ' TOO FEW';
  const share = percent.toFixed(1).padStart(5);
  console.log(`  ${share} %  ${meaning} (at least ${demanded} %)${verdict}`);
  return enough || sampled < least;
}

async function main() {
  const chosen = options();
  if (chosen.file) return runCase(chosen);
  const begun = Date.now();
  const seen = await runThreads(chosen, (failure) => keepFailure(chosen, failure));
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const { carts, inexact, failures } = seen;
  console.log(`oracle: ${carts} carts of seed ${chosen.seed} in ${seconds} s, ${standing(seen)}`);
  if (chosen.mutant) {
    console.log(`mutant ${chosen.mutant} (${MUTANTS[chosen.mutant].meaning}): ` +
      (failures > 0 ? 'noticed' : 'NOT noticed'));
    return failures > 0;
  }
  const shares = [...FACTS, ...chosen.features].map((name) =>
    isShareGood(seen, name, chosen.features));
  return failures === 0 && inexact * 1000 <= carts * INEXACT_PER_MILLE_MAX && shares.every(Boolean);
}

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 2;
  }
);
