// The demo mini-program as the tests open it: its sources, the built engine, fresh seeds, and the
// shop's server on this machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillMiniprogram } from '../../demo/fill_miniprogram.js';
import { createEngine, createHost, createShop } from '../../js/node.js';
import { u32le } from '../../js/sync/bytes.js';
import { magics, readSignedFile } from '../../js/sync/messages.js';
import { startDemo } from '../e2e/chromium.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const { miniprogram } = require('../../package.json');

export const readSeed = (name) => readFileSync(join(top, 'demo', 'seed', name), 'utf8');
/** Friday 16:15: coffee is 20 % off, and the wallet of the seed is as it was written. */
export const { now: NOW } = JSON.parse(readSeed('tea.member.json'));

/** The engine as a mini-program carries it. */
export const engineFolder = join(top, miniprogram);
/** The module with the protocol in it, which takes the place of the folder's own. */
export const engineModule = join(top, 'miniprogram_optional', 'full', 'suanpan.wasm.br');

/** A shop with data of its own: { url, stop }. now: null is today. */
export const startShop = ({ data = ':new:', now = NOW } = {}) =>
  startDemo('--data', data, ...(now === null ? [] : ['--now', String(now)]));

// The book in force as its merchant has it: with the parts that phones ask for later.
async function wholeBook(url) {
  const read = async (path) => Buffer.from(await (await fetch(new URL(path, url))).arrayBuffer());
  const file = await read('book.spb');
  const { payload, parts } = readSignedFile(magics.book, file);
  const digest = createHash('sha256').update(payload).digest('hex');
  const later = JSON.parse(Buffer.from(payload)).parts.map(({ name }, index) => [index, name])
    .filter(([index]) => !parts.some(([had]) => had === index));
  const whole = [file];
  for (const [index, name] of later) {
    const part = await read(`v1/book/${digest}/${name}`);
    whole.push(u32le(index), u32le(part.length), part);
  }
  return Buffer.concat(whole);
}

/**
 * A shop of today with a merchant who works with the command line: { url, stop, publish(book),
 * recall(), restock(what) }; the first two make the next version of the book, signed, and bring it
 * to the server's store.
 */
export async function startMerchant() {
  const data = mkdtempSync(join(tmpdir(), 'suanpan-merchant-'));
  const at = (name) => join(data, name);
  const shop = await startShop({ data, now: null });
  const suanpan = (...args) => execFileSync(process.execPath,
    [join(top, 'js', 'cli', 'suanpan.js'), ...args], { encoding: 'utf8' });
  async function next(...args) {
    writeFileSync(at('current.spb'), await wholeBook(shop.url));
    suanpan(...args, '--root', at('keys/root.1'), '--sign', at('keys/book.pem'),
      '--out', at('next.spb'));
    suanpan('admin', 'publish', '--shop', 'qinglan_tea', '--data', data,
      '--file', at('next.spb'));
  }
  return {
    ...shop,
    publish(book) {
      writeFileSync(at('next.json'), JSON.stringify(book));
      return next('publish', '--book', at('next.json'), '--previous', at('current.spb'));
    },
    recall: () => next('recall', '--book', at('current.spb')),
    /** So many pieces of a good from now on, which was not counted before. */
    restock(what) {
      writeFileSync(at('request.json'), JSON.stringify(what));
      suanpan('admin', 'restock', '--shop', 'qinglan_tea', '--data', data,
        '--request', at('request.json'));
    },
    async stop() {
      await shop.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

let seedFolder = null;

/** Options of openMiniProgram, for a shop that startShop gave. */
export function demo({ url }) {
  if (!seedFolder) {
    seedFolder = mkdtempSync(join(tmpdir(), 'suanpan-seed-'));
    fillMiniprogram(seedFolder);
    process.on('exit', () => rmSync(seedFolder, { recursive: true, force: true }));
  }
  return {
    root: join(top, 'demo', 'miniprogram'),
    files: {
      suanpan: engineFolder, seed: seedFolder, 'suanpan/suanpan.wasm.br': engineModule,
    },
    hosts: { 'shop.tea.example': new URL(url).origin },
    viewport: { width: 375, height: 812 },
  };
}

/**
 * A phone of the member `name`, or of a visitor, without a screen: { shop, engine }. What it does
 * the mini-program sees at its next word with the shop, and the other way round.
 */
export async function openPhone({ url }, name) {
  const config = await (await fetch(new URL('shop.json', url))).json();
  const root = new Uint8Array(Buffer.from(config.root, 'base64url'));
  const engine = await createEngine({ shop: config.shop, root });
  const shop = await createShop({ engine, shop: config.shop, root, url: url.replace(/\/$/, ''),
    host: createHost(), app: 'phone', login: async () => `demo:${name}` });
  if (name) await shop.enrol();
  await shop.sync();
  // What was under way when it enrolled was still a visitor's word.
  if (name) await shop.sync();
  return { shop, engine };
}

export const artifact = (name) => join(top, 'build', 'artifacts', `mini-${name}.png`);
