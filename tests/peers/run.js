// npm run bench:peers -- [--json] [--ms N]
//
// Prices the same carts with the engine, with Medusa's promotion module and with Vendure's order
// calculator, in turns in one process, and compares their totals. Exit code 1 when one differs.
import { parseArgs } from 'node:util';
import { medusa } from './medusa.js';
import { suanpan } from './suanpan.js';
import { vendure } from './vendure.js';
import { workload } from './workload.js';

const { values } = parseArgs({ options: {
  json: { type: 'boolean', default: false },
  ms: { type: 'string', default: '1000' },
} });
const roundMs = Number(values.ms) / 10;

// Half of them took at most so long.
const median = (samples) => samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)];

async function sample(work, samples, forMs) {
  const end = performance.now() + forMs;
  do {
    const before = performance.now();
    const answer = work();
    if (answer instanceof Promise) await answer;
    samples.push((performance.now() - before) * 1000);
  } while (performance.now() < end);
}

/** Ten short rounds in which all take their turn, so that a busy moment hits them alike. */
async function measure(contestants) {
  const samples = contestants.map(() => []);
  for (const { work } of contestants) await sample(work, [], roundMs * 3);
  for (let round = 0; round < 10; round++) {
    for (const [i, { work }] of contestants.entries()) await sample(work, samples[i], roundMs);
  }
  return samples.map((one) => ({ n: one.length, median_us: Math.round(median(one) * 10) / 10 }));
}

function print(found) {
  if (values.json) console.log(JSON.stringify(found));
  else console.log(Object.entries(found).map(([key, value]) => `${key}: ${value}`).join(', '));
}

let differences = 0;
for (const [lines, rules] of [[20, 10], [200, 50]]) {
  const size = `${lines}x${rules}`;
  const work = workload(lines, rules);
  const engine = await suanpan(work);
  const peers = { medusa: medusa(work), vendure: vendure(work) };
  const total = engine.total(engine.price('totals'));
  for (const [name, peer] of Object.entries(peers)) {
    const theirs = peer.total(await peer.price());
    if (theirs === total) continue;
    differences += 1;
    print({ name: `${size} ${name}`, total: theirs, ours: total });
  }
  const contestants = [
    { name: 'totals', work: () => engine.price('totals') },
    { name: 'lines', work: () => engine.price('lines') },
    ...Object.entries(peers).map(([name, peer]) => ({ name, work: peer.price })),
  ];
  const found = await measure(contestants);
  const [totals, described, ...theirs] = found;
  print({ name: `${size} suanpan totals`, payable: total, ...totals });
  print({ name: `${size} suanpan lines`, payable: total, ...described });
  Object.keys(peers).forEach((name, i) => {
    const ratio = ({ median_us: ours }) => Math.round(theirs[i].median_us / ours * 10) / 10;
    print({ name: `${size} ${name}`, payable: total, ...theirs[i],
      times_totals: ratio(totals), times_lines: ratio(described) });
  });
}
process.exitCode = differences ? 1 : 0;
// Vendure keeps timers of its own.
setImmediate(() => process.exit());
