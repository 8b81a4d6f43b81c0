// What becomes of calls when the worker ends, is ended, or says nothing any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workerSteps } from '../../js/host/worker_step.js';

// Workers that answer what `answers` says they do.
function workers(answers) {
  const made = [];
  const create = () => {
    const worker = {
      isEnded: false,
      onMessage(listener) { worker.listener = listener; },
      onProcessKilled(listener) { worker.kill = listener; },
      postMessage(question) {
        const reply = question.work === 'start' ? { build: 'wasm' } : '{}';
        if (answers(question, made.length)) {
          setImmediate(() => worker.listener({ id: question.id, reply }));
        }
      },
      terminate() { worker.isEnded = true; },
    };
    made.push(worker);
    return worker;
  };
  return { create, made };
}

const running = async (create) => (await workerSteps(create, [], null)[0].run()).module;
const turns = async () => { for (let i = 0; i < 5; i++) await new Promise(setImmediate); };
const codeOf = (promise) => promise.then(() => 'answered', ({ code }) => code);

test('a call that waits when the engine is disposed of is answered', async () => {
  const { create, made } = workers(({ work }) => work === 'start');
  const module = await running(create);
  const waiting = codeOf(module.call('sp_quote', '{}'));
  await turns();
  module.dispose();
  assert.equal(await waiting, 'E_ENGINE');
  assert.equal(made[0].isEnded, true);
  assert.equal(await codeOf(module.call('sp_quote', '{}')), 'E_ENGINE');
});

test('a worker that starts again while the engine is disposed of does not stay', async () => {
  const { create, made } = workers((question, count) => count === 1);
  const module = await running(create);
  made[0].kill();
  const waiting = codeOf(module.call('sp_quote', '{}'));
  await turns();
  assert.equal(made.length, 2);
  module.dispose();
  assert.equal(await waiting, 'E_ENGINE');
  assert.equal(made[1].isEnded, true);
});

test('a worker that says nothing any more is given up, and another one answers', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { create, made } = workers(({ work }, count) => work === 'start' || count > 1);
  const module = await running(create);
  const waiting = codeOf(module.call('sp_quote', '{}'));
  await turns();
  t.mock.timers.tick(30_000);
  assert.equal(await waiting, 'E_TRAP');
  assert.equal(made[0].isEnded, true);
  assert.equal(await module.call('sp_quote', '{}'), '{}');
  assert.equal(made.length, 2);
});

test('a call that was answered in time ends nothing later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { create, made } = workers(() => true);
  const module = await running(create);
  await module.call('sp_quote', '{}');
  t.mock.timers.tick(60_000);
  assert.equal(made[0].isEnded, false);
});
