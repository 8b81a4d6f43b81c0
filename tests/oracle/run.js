// npm run oracle -- --carts N [--seed S] [--only K] [--jobs 2] [--engine wasm|native|self]
//                   [--mutant NAME] [--all] [--features base,gives,…|all]
//
// Compares the engine with the oracle on N carts of a seed. Exit code 1 and a shrunk case in
// build/artifacts/ when they differ; with --mutant, 1 when they do NOT differ. --only K runs the
// one cart K, --all goes on after the first difference. The shares at the end show that the carts
// are not vacuous; they are demanded from runs that are long enough to measure them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FACTS } from './check.js';
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
const SAMPLE_MIN = 1000;
const SAMPLE_MAX = 2000;
const INEXACT_PER_MILLE_MAX = 1;
const ARTIFACTS = fileURLToPath(new URL('../../build/artifacts/', import.meta.url));

/** A mutant that only some feature shows needs that feature in the carts. */
const featuresOf = (mutant) => MUTANTS[mutant]?.features?.join();

function options() {
  const { values } = parseArgs({
    options: {
      carts: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      jobs: { type: 'string', default: '1' },
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
  return {
    carts: only === null ? number('carts') : 1,
    first: only ?? 0,
    seed: number('seed'),
    jobs: only === null ? Math.max(1, number('jobs')) : 1,
    engine: values.engine,
    mutant: values.mutant ?? null,
    features: readFeatures(values.features ?? featuresOf(values.mutant)),
    all: values.all
  };
}

function runWorkers({ carts, jobs, first, all, ...chosen }, onFailure) {
  const sampleEvery = chosen.mutant ? 0 : Math.max(1, Math.ceil(carts / SAMPLE_MAX));
  const workers = Array.from({ length: jobs }, (_, job) => {
    const workerData = {
      ...chosen,
      first: first + job,
      count: carts - job,
      stride: jobs,
      sampleEvery,
      stopAtFirst: !all
    };
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
      worker.on('message', (message) => {
        if (message.failure) onFailure(message.failure);
        else resolve(message.result);
      });
      worker.on('error', reject);
    });
  });
  return Promise.all(workers);
}

function printFailure({ seed, mutant }, { number, difference, shrunk }) {
  const { kind, lines, engine, oracle } = difference;
  console.log(`\nseed ${seed} cart ${number}: ${kind}`);
  for (const line of lines.slice(0, 8)) console.log(`  ${line}`);
  console.log(`  engine ${JSON.stringify(engine)}`);
  console.log(`  oracle ${JSON.stringify(oracle)}`);
  if (mutant) return;
  mkdirSync(ARTIFACTS, { recursive: true });
  const name = `oracle-${seed}-${number}.json`;
  writeFileSync(`${ARTIFACTS}${name}`, `${JSON.stringify({ seed, number, ...shrunk }, null, 2)}\n`);
  console.log(`  a smaller case with the same kind of difference: build/artifacts/${name}`);
}

async function main() {
  const chosen = options();
  const begun = process.hrtime.bigint();
  const results = await runWorkers(chosen, (failure) => printFailure(chosen, failure));
  const total = (pick) => results.reduce((sum, result) => sum + pick(result), 0);
  const carts = total((result) => result.carts);
  const failures = total((result) => result.failures);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(
    `oracle: ${carts} carts of seed ${chosen.seed} in ${seconds.toFixed(1)} s, ` +
      `${total((result) => result.visited)} decisions, ${failures} differences`
  );
  if (chosen.mutant) {
    console.log(`mutant ${chosen.mutant} (${MUTANTS[chosen.mutant].meaning}): ` +
      (failures > 0 ? 'noticed' : 'NOT noticed'));
    return failures > 0;
  }

  let good = failures === 0;
  const inexact = total((result) => result.inexact);
  if (inexact > 0) console.log(`  search.exact false in ${inexact} carts`);
  if (inexact * 1000 > carts * INEXACT_PER_MILLE_MAX) good = false;
  const sampled = total((result) => result.sampled);
  // Features change the carts, so the shares of base are demanded of base alone.
  const facts = chosen.features.length > 0 ? chosen.features : FACTS;
  for (const name of [...FACTS, ...chosen.features]) {
    if (sampled === 0) break;
    const { meaning, demanded } = FEATURES[name] ?? DEMANDED[name];
    const percent = (100 * total((result) => result.facts[name])) / sampled;
    const share = `${percent.toFixed(1).padStart(5)} %  ${meaning}`;
    if (!facts.includes(name)) {
      console.log(share);
      continue;
    }
    const enough = percent >= demanded;
    const verdict = enough ? '' : sampled < SAMPLE_MIN ? ' (too few carts to tell)' : ' TOO FEW';
    console.log(`${share} (at least ${demanded} %)${verdict}`);
    if (!enough && sampled >= SAMPLE_MIN) good = false;
  }
  return good;
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
