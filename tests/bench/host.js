// npm run bench:host -- [--json] [--taps N] [--starts N]
//
// The demo's cart page in the simulator, in Chromium and in WebKit without JIT, with 20 lines:
//
//   setData bytes a tap            what a tap sends to the view
//   tap to total, in the page      from the tap to the new total in the page, and
//   tap to total, painted          to the frame that shows it, which comes up to a frame later
//   cold start                     from the start of the logic thread, framework included, to the
//                                  first right total: on one core, of which a share is given
//
// With --json one object a line: { name, host, n, median, p90, unit, limit, ok }. The exit code is
// 1 when a median misses its limit.
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { carts, demo, member, readSeed } from '../mini/demo.js';
import { limitCpu } from '../mini/sim/browsers/limit.js';
import { openMiniProgram } from '../mini/sim/open.js';
import { createEngine, yuan } from '../../js/node.js';

const LINES = 20;
const FRAME_MS = 1000 / 60;
const BYTES_MAX = 400;

const hosts = [
  { browser: 'chromium', profile: 'modern', startMsMax: 800, share: 0.5 },
  { browser: 'webkit without JIT', profile: 'macrotask', startMsMax: 1200, share: 1 },
];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    taps: { type: 'string', default: '40' },
    starts: { type: 'string', default: '7' },
  },
});

let isFine = true;

function emit({ name, host, samples, unit, limit }) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] * 10) / 10;
  const ok = limit === undefined || at(0.5) <= limit;
  isFine = isFine && ok;
  const found = { name, host, n: sorted.length, median: at(0.5), p90: at(0.9), unit,
    ...(limit === undefined ? {} : { limit: Math.round(limit * 10) / 10, ok }) };
  if (values.json) console.log(JSON.stringify(found));
  else {
    console.log(`${name.padEnd(34)}${host.padEnd(40)}${String(found.median).padStart(8)} ${unit}`
      + `  p90 ${found.p90}${limit === undefined ? '' : `  limit ${found.limit}`}${
        ok ? '' : '  MISSED'}`);
  }
}

const book = JSON.parse(readSeed('tea.book.json'));

// As many lines as wanted, over all goods on the shelf and round again.
function linesOf(count) {
  const onSale = book.catalog.skus.filter(({ on_sale: isOnSale }) => isOnSale !== false);
  return Array.from({ length: count }, (_, i) =>
    ({ id: String(i + 1), sku: onSale[i % onSale.length].id, qty: 1 + (i % 3) }));
}

const lines = linesOf(LINES);
const files = { ...demo().files,
  'shop/first_lines.js': Buffer.from(`module.exports = ${JSON.stringify(lines)};\n`) };

async function rightTotal() {
  const engine = await createEngine();
  await engine.load(readSeed('tea.book.json'), { unsignedBookForDevelopment: true });
  const { totals } = engine.quote(carts.requestOf(carts.createCart(lines), member));
  return `¥${yuan(totals.payable)}`;
}

const open = (host, more) => openMiniProgram({ ...demo(), files, ...host, ...more });

async function measureTaps(host, total, count) {
  const mini = await open(host);
  const found = { bytes: [], page: [], painted: [] };
  try {
    await mini.waitForText('.total', total);
    for (let i = 0; i < count; i++) {
      // Up and down again, another line each time.
      const place = Math.floor(i / 2) % LINES;
      await mini.tap(`${i % 2 === 0 ? '.plus' : '.minus'} >> nth=${place}`);
      await wait(50);
      const stats = await mini.stats();
      found.bytes.push(stats.setDataLastBytes);
      found.page.push(stats.tapToBatchMs);
      found.painted.push(stats.tapToPaintMs);
    }
  } finally {
    await mini.close();
  }
  return found;
}

async function measureStarts(host, total, count) {
  const limit = limitCpu(host.share);
  const mini = await open(host, { through: limit.through });
  const samples = [];
  try {
    await mini.waitForText('.total', total);
    for (let i = 0; i < count; i++) {
      samples.push(await mini.evaluate((wanted) => new Promise((resolve) => {
        const startMs = performance.now();
        window.__sim.relaunch();
        const observer = new MutationObserver(() => {
          const [element] = window.__sim.all('.total');
          if (!element || element.textContent !== wanted) return;
          observer.disconnect();
          resolve(performance.now() - startMs);
        });
        observer.observe(document.getElementById('root'),
          { childList: true, subtree: true, characterData: true });
      }), total));
      await mini.settle();
    }
  } finally {
    await mini.close();
    // The browser's processes leave its group one after the other.
    await wait(500);
    limit.remove();
  }
  return { samples, isShared: limit.isShared };
}

const total = await rightTotal();
for (const host of hosts) {
  const name = host.browser;
  const { bytes, page, painted } = await measureTaps(host, total, Number(values.taps));
  emit({ name: 'setData bytes a tap', host: name, samples: bytes, unit: 'B', limit: BYTES_MAX });
  emit({ name: 'tap to total, in the page', host: name, samples: page, unit: 'ms',
    limit: FRAME_MS });
  emit({ name: 'tap to total, painted', host: name, samples: painted, unit: 'ms' });
  const { samples, isShared } = await measureStarts(host, total, Number(values.starts));
  const core = isShared ? `${host.share * 100} % of one core` : 'one core, no share to be had';
  emit({ name: 'cold start', host: `${name}, ${core}`, samples, unit: 'ms',
    limit: host.startMsMax });
}
process.exitCode = isFine ? 0 : 1;
