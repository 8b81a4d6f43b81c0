// `npm run bench:server`: signed syncs of one operation each over loopback, 32 connections, each a
// device of a member of its own. The server is a process of its own with a file on the disk and
// synchronous=FULL; this process signs, sends, and verifies every answer.
//
//   node tests/bench/server.js [--json] [--seconds N] [--warm N] [--connections N]
//
// Two lanes: `cart` (cart.add only; sealed before the time runs, and verified after it) and `order`
// (cart.add and order.submit in turn; every order is priced by the phone, priced again by the law,
// and committed). Beside `cart` stand two anchors, servers of node:http (bare.js) that get requests
// and give answers of the same bytes: `bare` only reads and answers, `bare_insert` puts each body
// into one table besides, committed and synced as the server does it. `of_bare` and
// `of_bare_insert` are the shares of their requests a second that `cart` has: a quicker disk or
// processor raises all of them. `shares` says where the server's time went, from profiles of all
// its threads in a run that isn't measured; `server_cpu_us` is their processor time for each
// request, which a busy machine stretches less than the others, and `generator_cpu_us` that of this
// process, which shares the machine's processors with it; `server_allows_per_s` is what one
// processor could do if it did nothing else and never waited for the disk. Nothing is measured
// before `--warm` requests of a lane have been answered. A machine with other work makes all of it
// slower: compare runs of one machine in one hour only.
import { connect } from 'node:net';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEngine } from '../../js/node.js';
import { SHOP } from '../server/book.js';
import { enrol, phoneOf } from '../server/phone.js';
import { spawnListening, spawnServer } from '../server/spawn.js';

const GOAL = { requests_per_s: 5000, p99_ms: 30 };

// How many requests a second are sealed for a lane that is sealed before.
const SEALED_PER_S = 6000;

const bare = fileURLToPath(new URL('bare.js', import.meta.url));

// One connection, one request at a time; just enough of HTTP/1.1.
function openConnection(url) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  let held = Buffer.alloc(0);
  let answered = null;
  socket.on('error', (error) => answered && answered.reject(error));
  socket.on('data', (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = held.toString('latin1', 0, end);
    const size = Number(/content-length: (\d+)/i.exec(head)[1]);
    if (held.length < end + 4 + size) return;
    const body = held.toString('utf8', end + 4, end + 4 + size);
    held = held.subarray(end + 4 + size);
    const { resolve, reject } = answered;
    if (head.startsWith('HTTP/1.1 200')) resolve(body);
    else reject(new Error(body));
  });
  return {
    send: (_, path, body) => new Promise((resolve, reject) => {
      answered = { resolve, reject };
      socket.write(`POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: text/plain\r\n`
        + `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }),
    close: () => socket.destroy(),
  };
}

async function openPhones(server, count) {
  const phones = [];
  for (let i = 0; i < count; i++) {
    const device = await enrol({ url: server.url, tenant: SHOP, name: `m${i}` });
    const connection = openConnection(server.url);
    const phone = phoneOf(device, { send: connection.send });
    phone.carry = (body) => connection.send('', '/v1/sync', body);
    phone.close = connection.close;
    await phone.sync();
    phones.push(phone);
  }
  return phones;
}

async function metricsOf(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = (name) => Number((new RegExp(`^${name} (\\S+)`, 'm').exec(text) || [])[1]);
  return { cpuS: value('process_cpu_seconds_total'), commits: value('suanpan_store_commits'),
    commitS: value('suanpan_store_commit_seconds'), syncs: value('suanpan_store_syncs'),
    syncS: value('suanpan_store_sync_seconds') };
}

const add = (phone) => phone.add('tea', 1);

// Until `isOver(requests)` each phone sends its bodies in turn; tell(kind, ms) hears of answers.
async function drive(phones, bodies, isOver, tell = () => {}) {
  let requests = 0;
  await Promise.all(phones.map(async (phone) => {
    while (!isOver(requests)) {
      for (const make of bodies) {
        const body = make(phone);
        const start = performance.now();
        const { res: [{ c }] } = await phone.sync(body);
        if (c !== 'ok') throw new Error(`an op was answered with ${c}`);
        requests += 1;
        tell(body.k, performance.now() - start);
      }
    }
  }));
}

// The next requests of a phone that only adds to its cart: each raises the version by one.
function sealAhead(phone, make, count) {
  return Array.from({ length: count }, () => {
    const body = make(phone);
    const ops = phone.chain([body]);
    const request = phone.request(ops);
    phone.state = { ...phone.state, ver: phone.state.ver + 1 };
    Object.assign(phone, { last: ops[0].s, head: ops[0].d });
    return { ...request, kind: body.k, ver: phone.state.ver };
  });
}

// The same for requests that are sealed. Returns all answers.
async function driveSealed(phones, sealed, isOver, tell) {
  const answers = phones.map(() => []);
  await Promise.all(phones.map(async (phone, i) => {
    for (const { body, kind } of sealed[i]) {
      if (isOver()) break;
      const start = performance.now();
      answers[i].push(await phone.carry(body));
      tell(kind, performance.now() - start);
    }
  }));
  return answers;
}

// Verifies answers to sealed requests and lets the phones learn from them, so that they stand where
// the server does.
function verify(phones, sealed, answers) {
  answers.forEach((texts, i) => texts.forEach((text, at) => {
    const { nonce, ver } = sealed[i][at];
    const reply = phones[i].learn(phones[i].open(text, nonce));
    const isFine = reply.res[0].c === 'ok' && reply.ver === ver && reply.state.ver === ver;
    if (!isFine) throw new Error(`an op was answered with ${text}`);
  }));
}

// What so many seconds of run(isOver, tell) cost a server, where tell(kind, ms) hears of answers.
async function measured(server, seconds, run) {
  const times = {};
  const tell = (kind, ms) => (times[kind] ||= []).push(ms);
  const before = await metricsOf(server);
  const own = process.cpuUsage();
  const start = performance.now();
  await run(() => performance.now() >= start + seconds * 1000, tell);
  const spentS = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  const after = await metricsOf(server);
  const all = Object.values(times).flat();
  const commits = after.commits - before.commits;
  const at = (list, share) => {
    const sorted = [...list].sort((a, b) => a - b);
    const place = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
    return Number(sorted[place].toFixed(2));
  };
  const serverUs = (after.cpuS - before.cpuS) * 1e6 / all.length;
  const syncS = (after.syncS - before.syncS) / (after.syncs - before.syncs);
  return {
    requests_per_s: Math.round(all.length / spentS), p50_ms: at(all, 0.5), p99_ms: at(all, 0.99),
    server_cpu_us: Math.round(serverUs), server_allows_per_s: Math.round(1e6 / serverUs),
    generator_cpu_us: Math.round((user + system) / all.length),
    ...(commits ? { requests_per_commit: Number((all.length / commits).toFixed(1)),
      commit_us: Math.round((after.commitS - before.commitS) * 1e6 / commits),
      sync_us: Math.round(syncS * 1e6) } : {}),
    kinds: Object.fromEntries(Object.entries(times).map(([kind, list]) =>
      [kind, { requests: list.length, p50_ms: at(list, 0.5), p99_ms: at(list, 0.99) }])),
  };
}

// The lane `cart`, and one of its requests with its answer.
async function cartLane(server, phones, { seconds, warm }) {
  // The compilers of JavaScript need a while to see what is hot.
  await drive(phones, [add], (requests) => requests >= warm);
  const each = Math.ceil(seconds * SEALED_PER_S / phones.length);
  const sealed = phones.map((phone) => sealAhead(phone, add, each));
  let answers;
  const cart = await measured(server, seconds, async (isOver, tell) => {
    answers = await driveSealed(phones, sealed, isOver, tell);
  });
  verify(phones, sealed, answers);
  return { cart, sample: { body: sealed[0][0].body, answer: answers[0][0] } };
}

async function orderLane(server, phones, { seconds, warm }, engine) {
  const bodies = [add, (phone) => phone.order(engine)];
  await drive(phones, bodies, (requests) => requests >= warm);
  return measured(server, seconds, (isOver, tell) => drive(phones, bodies, isOver, tell));
}

// ---- what stands beside it ----

// The same request, over and over, to a server that answers so many bytes. args: of bare.js.
async function anchor({ connections, seconds, warm }, { body, answer }, ...args) {
  const server = await spawnListening([bare, String(Buffer.byteLength(answer)), ...args]);
  const lines = Array.from({ length: connections }, () => openConnection(server.url));
  const ask = (isOver, tell) => Promise.all(lines.map(async ({ send }) => {
    while (!isOver()) {
      const start = performance.now();
      const { length } = await send('', '/', body);
      if (length !== answer.length) throw new Error('an anchor answered something else');
      tell('bare', performance.now() - start);
    }
  }));
  let asked = 0;
  await ask(() => asked >= warm, () => { asked += 1; });
  const { kinds, ...found } = await measured(server, seconds, ask);
  lines.forEach(({ close }) => close());
  await server.kill('SIGTERM');
  return found;
}

// ---- where the time goes ----

const places = [
  ['engine', /js\/(engine|module|json)\.js|wasm/], ['crypto', /js\/server\/crypto\.js/],
  ['store', /js\/server\/store\.js|better-sqlite3/], ['bytes', /js\/sync\//],
  ['http', /js\/server\/(answers|http|limits|listener\w*|metrics|routes)\.js/],
  ['http', /node:(_?http|net|internal\/(http|stream|worker))/],
  ['server', /js\/server\//],
];

// Each sample counts for the nearest of its callers that is one of our places.
function addSpent(spent, profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) =>
    (node.children || []).map((child) => [child, node.id])));
  const placeOf = (id) => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { url, functionName } = nodes.get(at).callFrame;
      if (functionName === '(idle)') return 'idle';
      if (functionName === '(garbage collector)') return 'garbage';
      const found = places.find(([, pattern]) => pattern.test(url));
      if (found) return found[0];
    }
    return 'rest';
  };
  profile.samples.forEach((id, i) => {
    const place = placeOf(id);
    spent[place] = (spent[place] || 0) + profile.timeDeltas[i];
  });
}

// Of the threads of a process.
function sharesOf(profiles) {
  const spent = {};
  profiles.forEach((profile) => addSpent(spent, profile));
  const busy = Object.entries(spent).reduce((sum, [place, us]) =>
    sum + (place === 'idle' ? 0 : us), 0);
  return Object.fromEntries(Object.entries(spent).filter(([place]) => place !== 'idle')
    .sort(([, a], [, b]) => b - a).map(([place, us]) => [place, Number((us / busy).toFixed(3))]));
}

async function withServer(more, work) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-bench-'));
  const server = await spawnServer(folder, more);
  try {
    return await work(server, folder);
  } finally {
    await server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function engineOfBook(server) {
  const root = new Uint8Array(await (await fetch(`${server.url}/v1/root/1`)).arrayBuffer());
  const engine = await createEngine({ shop: SHOP, root });
  const head = engine.sync.openNote({ purpose: 'head', shop: SHOP, root,
    note: await (await fetch(`${server.url}/v1/head`)).text() });
  const file = await (await fetch(`${server.url}/v1/book/${head.digest}`)).arrayBuffer();
  await engine.load(new Uint8Array(file), { now: head.time / 1000 });
  return engine;
}

async function lanes(server, options, anchors = () => ({})) {
  const engine = await engineOfBook(server);
  const phones = await openPhones(server, options.connections);
  const { cart, sample } = await cartLane(server, phones, options);
  const beside = await anchors(cart, sample);
  const order = await orderLane(server, phones, options, engine);
  phones.forEach(({ close }) => close());
  engine.dispose();
  return { cart, ...beside, order };
}

// Both anchors right behind the lane that they stand beside.
const anchorsOf = (folder, options) => async ({ requests_per_s: rate }, sample) => {
  const alone = await anchor(options, sample);
  const insert = await anchor(options, sample, join(folder, 'bare.db'));
  const share = (found) => Number((rate / found.requests_per_s).toFixed(2));
  return { bare: alone, bare_insert: insert, of_bare: share(alone), of_bare_insert: share(insert) };
};

async function profiled(options) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-profile-'));
  await withServer({ args: ['--cpu-prof', `--cpu-prof-dir=${folder}`] },
    (server) => lanes(server, { ...options, seconds: 1 }));
  const profiles = readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  rmSync(folder, { recursive: true, force: true });
  return sharesOf(profiles);
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '4' }, warm: { type: 'string', default: '3000' },
  connections: { type: 'string', default: '32' } } });
const options = { seconds: Number(values.seconds), warm: Number(values.warm),
  connections: Number(values.connections) };
const found = await withServer({}, (server, folder) =>
  lanes(server, options, anchorsOf(folder, options)));
const report = { ...options, goal: GOAL, load: loadavg().map((n) => Number(n.toFixed(1))),
  ...found, shares: await profiled(options) };
if (values.json) console.log(JSON.stringify(report));
else console.log(JSON.stringify(report, null, 2));
