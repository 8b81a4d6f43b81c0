// The module and its JavaScript twin answer byte for byte the same, whatever comes in, and neither
// ever traps on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rawEngine } from '../../js/cli/engines.js';
import { workloads } from '../bench/workload.js';
import { requests, worst } from './hostile.js';
import { randomFrom } from './random.js';

const book = readFileSync(new URL('fixtures/book.json', import.meta.url));

async function both() {
  const [wasm, twin] = [await rawEngine('wasm'), await rawEngine('wasm2js')];
  return (verb, input) => {
    const [one, other] = [wasm(verb, input), twin(verb, input)];
    const what = () => `${verb} ${Buffer.from(input).toString('latin1').slice(0, 300)}`;
    assert.equal(other.status, one.status, what());
    assert.ok(other.reply.equals(one.reply), what());
    // Whatever it is, the reply is JSON.
    const value = JSON.parse(one.reply.toString());
    if (one.status < 0) assert.match(value.code, /^E_/, what());
    return value;
  };
}

test('requests, good and hostile', async () => {
  const ask = await both();
  ask('sp_book_load', book);
  let priced = 0;
  for (const input of requests(11, 4000)) if (ask('sp_quote', input).totals) priced++;
  assert.ok(priced > 1000, `${priced} requests were priced`);
  for (const input of requests(12, 300)) ask('sp_explain', input);
});

test('the verbs that take no cart', async () => {
  const ask = await both();
  const random = randomFrom(13);
  ask('sp_info', Buffer.alloc(0));
  for (const verb of ['sp_share', 'sp_refund', 'sp_check', 'sp_book_load', 'sp_book_open',
    'sp_info']) {
    for (const input of worst) ask(verb, input);
  }
  for (let i = 0; i < 500; i++) {
    const numbers = () => Array.from({ length: random.below(8) }, () => random.below(1000));
    const value = { amount: random.below(10000), weights: numbers(),
      mode: random.pick(['last', 'first', 'largest']) };
    if (random.below(2)) value.caps = value.weights.map(() => random.below(3000));
    ask('sp_share', Buffer.from(JSON.stringify(value)));
  }
});

test('books cut off, spoiled, and in containers that lie', async () => {
  const ask = await both();
  const random = randomFrom(14);
  for (let i = 0; i < 400; i++) {
    const bytes = Uint8Array.from(book);
    const at = random.below(bytes.length);
    if (i % 2) bytes[at] = random.below(256);
    const input = i % 2 ? bytes : bytes.subarray(0, at);
    ask('sp_check', input);
    ask('sp_book_load', input);
  }
  for (let i = 0; i < 400; i++) {
    const bytes = Uint8Array.from({ length: 12 + random.below(80) }, () => random.below(256));
    bytes.set(Buffer.from('SPB1'));
    // Lengths near the ends of 32 bits.
    new DataView(bytes.buffer).setUint32(4,
      random.pick([0, 1, 4, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]), true);
    ask('sp_book_open', bytes);
  }
});

test('the workloads of the bench', async () => {
  const ask = await both();
  for (const { verb, book: workBook, request } of workloads()) {
    if (workBook) ask('sp_book_load', Buffer.from(JSON.stringify(workBook)));
    const name = verb === 'load' || verb === 'open' ? `sp_book_${verb}` : `sp_${verb}`;
    const input = request instanceof Uint8Array ? request
      : Buffer.from(request ? JSON.stringify(request) : '');
    const value = ask(name, input);
    assert.equal(value.code, undefined, `${verb}: ${JSON.stringify(value).slice(0, 300)}`);
  }
});
