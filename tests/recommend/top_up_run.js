// node tests/recommend/top_up_run.js [--carts 200] [--seed 1] [--features a,b|all] [--engine wasm]
//
// Compares 凑单 with trying everything, in one call and in slices. Exit code 1 when they differ.
import { parseArgs } from 'node:util';
import { createEngine } from '../../js/node.js';
import { readFeatures } from '../oracle/features/index.js';
import { askAll, bruteForce, differences, topUpCase } from './top_up_oracle.js';

export async function compareTopUps({ carts, seed, features = [], build = 'wasm', first = 0 }) {
  const engine = await createEngine({ build });
  const result = { carts: 0, pairs: 0, priced: 0, sets: 0, lowers: 0, inexact: 0, wrong: [] };
  for (let number = first; number < first + carts; number++) {
    const wanted = topUpCase(seed, number, features);
    const { request, candidates, worth, gap } = wanted;
    // What is bought with points takes no 凑单; a test of its own says so.
    if (request.order_type === 'points_mall') continue;
    await engine.load(wanted.book, { unsignedBookForDevelopment: true });
    const truth = bruteForce(engine.quote, wanted);
    const asked = { request, candidates, worth, pairs: true };
    if (gap !== undefined) asked.gap = gap;
    const whole = engine.topUp({ ...asked, work: 100000 });
    const sliced = askAll(engine.topUp, asked, 1 + number % 7);
    result.carts++;
    result.pairs += truth.pairs.length > 0;
    result.priced += whole.priced;
    result.sets += truth.singles.length + truth.pairs.length;
    result.lowers += truth.singles.some(({ more }) => more < 0);
    result.inexact += !whole.exact;
    const found = differences(whole, truth);
    if (JSON.stringify(whole) !== JSON.stringify(sliced)) found.push('slices answer otherwise');
    if (found.length > 0) result.wrong.push({ number, found });
  }
  engine.dispose();
  return result;
}

if (process.argv[1] && process.argv[1].endsWith('top_up_run.js')) {
  const { values } = parseArgs({ options: {
    carts: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' },
    features: { type: 'string' }, engine: { type: 'string', default: 'wasm' },
    first: { type: 'string', default: '0' },
  } });
  const result = await compareTopUps({ carts: Number(values.carts), seed: Number(values.seed),
    first: Number(values.first), build: values.engine,
    features: values.features === undefined ? [] : readFeatures(
      values.features === 'all' ? undefined : values.features) });
  const { wrong, ...figures } = result;
  console.log(JSON.stringify(figures));
  wrong.slice(0, 5).forEach(({ number, found }) =>
    console.log(`cart ${number}: ${found.join('\n  ')}`));
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
