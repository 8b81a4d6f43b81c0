// npm run bench:host -- [--json] [--taps N] [--starts N]
//
// The demo's cart page in the simulator, in Chromium and in WebKit without JIT, with 20 lines:
//
//   setData bytes a tap            what a tap sends to the view, with what follows its total
//   tap to total, in the page      from the tap to the new total in the page, and
//   tap to total, painted          to the frame that shows it, which comes up to a frame later
//   cold start                     from the start of the logic thread, framework included, to the
//                                  first right total of the menu, with the book, the cart and the
//                                  keys in the phone's storage: on one core, of which a share is
//                                  given
//
// With --json one object a line: { name, host, n, median, p90, unit, limit, ok }. The exit code is
// 1 when a median misses its limit.
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { demo, openPhone, readSeed, startShop } from '../mini/demo.js';
import { limitCpu } from '../mini/sim/browsers/limit.js';
import { openMiniProgram } from '../mini/sim/open.js';
import { yuan } from '../../js/node.js';

const LINES = 20;
const FRAME_MS = 1000 / 60;
const BYTES_MAX = 400;
const SETTLED_MS = 200;

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

const shop = await startShop();

// Another phone of the member fills the cart: as many lines as wanted, of goods on the shelf.
async function fillCart(member) {
  const phone = await openPhone(shop, member);
  await phone.shop.setOrder({ fulfilment: 'pickup' });
  const onSale = book.catalog.skus.filter(({ on_sale: isOnSale, tags }) =>
    isOnSale !== false && !tags.includes('gift'));
  for (const [i, { id }] of onSale.slice(0, LINES).entries()) {
    await phone.shop.dispatch({ type: 'cart.add', sku: id, options: [], n: 1 + (i % 3) });
  }
  await phone.shop.sync();
  phone.shop.stop();
  return `¥${yuan(phone.shop.receipt.totals.payable)}`;
}

const open = (host, member, more) => openMiniProgram({ ...demo(shop), ...host, ...more,
  query: `member=${member}` });

async function measureTaps(host, count) {
  const total = await fillCart(`taps_${host.profile}`);
  const mini = await open(host, `taps_${host.profile}`);
  const found = { bytes: [], page: [], painted: [] };
  try {
    await mini.waitForText('.total', total);
    await mini.tap('.cart-button');
    for (let i = 0; i < count; i++) {
      // Up and down again, another line each time.
      const place = Math.floor(i / 2) % LINES;
      const before = await mini.stats();
      await mini.tap(`${i % 2 === 0 ? '.plus' : '.minus'} >> nth=${place}`);
      await wait(SETTLED_MS);
      const stats = await mini.stats();
      found.bytes.push(stats.setDataBytes - before.setDataBytes);
      found.page.push(stats.tapToBatchMs);
      found.painted.push(stats.tapToPaintMs);
    }
  } finally {
    await mini.close();
  }
  return found;
}

async function measureStarts(host, count) {
  const total = await fillCart(`starts_${host.profile}`);
  const limit = limitCpu(host.share);
  const mini = await open(host, `starts_${host.profile}`, { through: limit.through });
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

for (const host of hosts) {
  const name = host.browser;
  const { bytes, page, painted } = await measureTaps(host, Number(values.taps));
  emit({ name: 'setData bytes a tap', host: name, samples: bytes, unit: 'B', limit: BYTES_MAX });
  emit({ name: 'tap to total, in the page', host: name, samples: page, unit: 'ms',
    limit: FRAME_MS });
  emit({ name: 'tap to total, painted', host: name, samples: painted, unit: 'ms' });
  const { samples, isShared } = await measureStarts(host, Number(values.starts));
  const core = isShared ? `${host.share * 100} % of one core` : 'one core, no share to be had';
  emit({ name: 'cold start', host: `${name}, ${core}`, samples, unit: 'ms',
    limit: host.startMsMax });
}
await shop.stop();
process.exitCode = isFine ? 0 : 1;
