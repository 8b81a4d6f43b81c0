// More lives: `node tests/sim/run.js [--lives N] [--from SEED] [--steps N]`. A seed that fails is
// printed, shrunk, and to be kept in seeds.json.
import { parseArgs } from 'node:util';
import { live, shrink } from './life.js';

const { values } = parseArgs({ options: { lives: { type: 'string', default: '20' },
  from: { type: 'string', default: '1' }, steps: { type: 'string', default: '250' } } });
const [lives, from, steps] = [values.lives, values.from, values.steps].map(Number);
const total = {};
for (let seed = from; seed < from + lives; seed++) {
  try {
    Object.entries(await live(seed, steps)).forEach(([name, n]) => {
      total[name] = (total[name] || 0) + n;
    });
  } catch (error) {
    console.error(`seed ${seed}: ${error.stack}`);
    console.error(`its steps: ${(await shrink(seed, steps)).join(' ')}`);
    process.exitCode = 1;
    break;
  }
}
console.log(JSON.stringify({ lives, steps, ...total }));
