// The script for CDNs as a page has it: beside the module and the script of the Worker, under a
// Content-Security-Policy, in Chromium.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from '../e2e/chromium.js';
import { root } from './installed.js';

const book = readFileSync(join(root, 'tests/js/fixtures/book.json'), 'utf8');
const request = JSON.parse(readFileSync(join(root, 'tests/js/fixtures/request.json'), 'utf8'));
const files = {
  '/': ['text/html', '<meta charset="utf-8"><script src="suanpan.js"></script>'],
  '/suanpan.js': ['text/javascript', readFileSync(join(root, 'dist/umd/suanpan.js'))],
  '/suanpan.worker.js': ['text/javascript',
    readFileSync(join(root, 'dist/umd/suanpan.worker.js'))],
  '/suanpan.wasm': ['application/wasm', readFileSync(join(root, 'dist/suanpan.wasm'))],
};

let server;
let browser;
before(async () => {
  server = createServer(({ url }, response) => {
    const [type, content] = files[url] || [];
    response.writeHead(type ? 200 : 404, { 'content-type': type || 'text/plain',
      'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" });
    response.end(content);
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  browser = await launch();
});
after(async () => {
  await browser.close();
  server.close();
});

async function ask(work, argument) {
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(work, argument);
  } finally {
    await page.close();
  }
}

/* global suanpan */
test('it prices in the page and in a Worker, and says where', async () => {
  const found = await ask(async ([bookText, asked]) => {
    const unsigned = { unsignedBookForDevelopment: true };
    const here = await suanpan.createEngine();
    await here.load(bookText, unsigned);
    const there = await suanpan.createEngineAsync(
      { worker: () => new Worker('suanpan.worker.js') });
    await there.load(bookText, unsigned);
    const receipts = [here.quote(asked), await there.quote(asked)];
    const wrong = await there.quote({ ...asked, now: 'x' }).catch(({ code, path }) => code + path);
    return { receipts, wrong, mode: there.mode };
  }, [book, request]);
  assert.deepEqual(found.receipts[1], found.receipts[0]);
  assert.ok(found.receipts[0].totals.payable > 0);
  assert.equal(found.wrong, 'E_TYPE/now');
  assert.deepEqual([found.mode.runs, found.mode.reason], ['worker', null]);
});

test('a Worker whose script is not there is named, and the page prices', async () => {
  const mode = await ask(async () => (await suanpan.createEngineAsync(
    { worker: () => new Worker('missing.js') })).mode);
  assert.deepEqual([mode.runs, mode.reason], ['here', 'WORKER_NOT_STARTED']);
});

test('a module that is not there has a name', async () => {
  const [code, reason] = await ask(() => suanpan.createEngine({ wasm: 'missing.wasm' })
    .catch((error) => [error.code, error.reason]));
  assert.deepEqual([code, reason], ['E_ENGINE', 'WASM_NOT_LOADED']);
});
