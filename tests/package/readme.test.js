// What README tells people to type is typed here, in both languages: the five minutes into an empty
// folder, the pages into the hosts they are for.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { errors, limits } from '../../js/node.js';
import { makeContext, openPage } from '../migration/context.js';
import { installFresh, root, run } from './installed.js';

let place = null;
before(async () => {
  place = await installFresh();
});
after(() => place && place.remove());

const read = (name) => readFileSync(join(root, name), 'utf8');

// The fenced blocks below a heading, as [language, text].
function blocksBelow(text, heading) {
  const [, rest] = text.split(`\n## ${heading}\n`);
  const [section] = rest.split('\n## ');
  return [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind, code]) => [kind, code]);
}

const readmes = [
  ['README.md', { start: 'Five minutes', mini: 'In a mini-program', web: 'In a page',
    vant: 'From your cart page', errors: 'Errors' }],
  ['README.zh-CN.md', { start: '五分钟上手', mini: '在小程序中', web: '在网页中',
    vant: '从现有的购物车页面改过来', errors: '错误' }],
];

for (const [name, headings] of readmes) {
  describe(name, () => {
    const text = read(name);
    const below = (key) => blocksBelow(text, headings[key]);

    test('the five minutes', async () => {
      const folder = join(place.folder, '..', `start-${name}`);
      mkdirSync(folder);
      const [[, install], [kind, program], [, start]] = below('start');
      assert.equal(kind, 'js');
      // The one word that differs: the package comes from here, not from a registry.
      const local = install.replace('npm install suanpan',
        `npm install --offline ${place.tarball}`);
      assert.notEqual(local, install);
      const first = await run('bash', ['-ec', local], folder);
      assert.equal(first.code, 0, first.stderr);
      assert.ok(text.includes('`cart.mjs`'));
      writeFileSync(join(folder, 'cart.mjs'), program);
      const { code, stdout, stderr } = await run('bash', ['-ec', start], folder);
      assert.equal(code, 0, stderr);
      const [, promised] = program.match(/console\.log\(.*\/\/ (.*)\n$/);
      assert.equal(stdout, `${promised}\n`);
    });

    test('the mini-program', async () => {
      const [[, program]] = below('mini');
      const { load } = makeContext({ 'pages/a/app.js':
        program.replace('console.log(engine.mode)', '{ module.exports.mode = engine.mode; }') });
      const seen = load('pages/a/app.js');
      for (let i = 0; i < 20 && !seen.mode; i++) await new Promise(setImmediate);
      assert.equal(seen.mode.build, 'wasm');
      assert.equal(seen.mode.reason, null);
    });

    test('the pages, built by Vite', async () => {
      const { build } = await import('vite');
      const beside = [/wasm2js/, /worker/];
      for (const [i, [, program]] of below('web').slice(0, 2).entries()) {
        const folder = join(place.folder, `vite-${i}-${name}`);
        mkdirSync(folder);
        writeFileSync(join(folder, 'main.js'), program);
        writeFileSync(join(folder, 'index.html'), '<script type="module" src="main.js"></script>');
        await build({ configFile: false, root: folder, logLevel: 'error',
          build: { target: 'es2022', outDir: 'out', assetsInlineLimit: 0 } });
        const assets = readdirSync(join(folder, 'out', 'assets'));
        assert.ok(assets.some((file) => file.endsWith('.wasm')), assets.join());
        assert.ok(assets.some((file) => beside[i].test(file)), assets.join());
      }
    });

    test('the page with Vant', async () => {
      const [, , [kind, program]] = [null, ...below('vant')];
      assert.equal(kind, 'js');
      const book = read('demo/seed/tea.book.json');
      const page = openPage('pages/b/cart.js', {
        'pages/b/cart.js': program,
        'pages/b/shop.js': `module.exports = { book: ${book}, cart: { coupons: [],
          lines: [{ id: 'a', sku: 'm01', qty: 2 }] } };`,
      });
      await page.onLoad();
      await new Promise(setImmediate);
      const { payableFen, lines } = page.data;
      assert.equal(lines[0].qty, '2');
      assert.ok(payableFen > 0 && page.data.submit.text !== '');
      page.onQty({ detail: 3, currentTarget: { dataset: { id: 'a' } } });
      await new Promise(setImmediate);
      assert.equal(page.data.lines[0].qty, '3');
      assert.ok(page.data.payableFen > payableFen);
      const [template] = below('vant').map(([, code]) => code);
      for (const [, handler] of template.matchAll(/bind:\w+="(\w+)"/g)) {
        assert.ok(handler === 'onSubmit' || typeof page[handler] === 'function', handler);
      }
      assert.ok(template.includes(`max="${limits.qty_max}"`));
    });

    test('the codes it names are there', () => {
      const [, section] = text.split(`\n## ${headings.errors}\n`);
      const named = new Set(section.split('\n## ')[0].match(/\bE_[A-Z_]+/g));
      assert.ok(named.size > 15);
      assert.deepEqual([...named].filter((code) => !errors[code]), []);
    });

    test('the files it links are there', () => {
      for (const [, path] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
        assert.ok(existsSync(join(root, path)), path);
      }
    });
  });
}

test('both languages show the same code', () => {
  const fences = (name) => read(name).match(/^```(js|sh|json|html)\n[^]*?^```$/gm);
  assert.deepEqual(fences('README.zh-CN.md'), fences('README.md'));
});

test('the sizes that README names are those of the files, to a kilobyte', () => {
  const size = (path) => readFileSync(join(root, path)).length / 1024;
  const br = size('miniprogram_dist/suanpan.wasm.br');
  const shared = readdirSync(join(root, 'miniprogram_dist')).filter((name) => /^shared/.test(name));
  const sizeOf = (names) => names.reduce((sum, name) => sum + size(`miniprogram_dist/${name}`), 0);
  const all = shared.filter((name) => /index|^shared\.js/.test(name));
  const engine = br + sizeOf([...all, 'index.js']);
  const beside = sizeOf(['async.js', 'shared-async-client.js']);
  const near = (said, real) => assert.ok(Math.abs(said - real) <= 2, `${said} KB, not ${real}`);
  const totals = { 'README.md': /(\d+) KB by default, (\d+) KB with the views/,
    'README.zh-CN.md': /小程序默认 (\d+) KB，连同视图 (\d+) KB/ };
  for (const [name, pattern] of Object.entries(totals)) {
    const numbers = (one) => read(name).match(one).slice(1).map(Number);
    const [byDefault, withViews] = numbers(pattern);
    near(byDefault, engine);
    near(withViews, engine + size('miniprogram_dist/view.js'));
    const entries = { async: beside, view: sizeOf(['view.js']), client: sizeOf(['client.js']),
      recommend: sizeOf(['recommend.js']) };
    for (const [entry, real] of Object.entries(entries)) {
      near(numbers(new RegExp(`suanpan/${entry}.js'\\)\` \\|\\D* (\\d+) KB`))[0], real);
    }
    for (const file of ['full/suanpan.wasm.br', 'suanpan.wasm', 'suanpan.wasm2js.js',
      'suanpan.worker.js']) {
      near(numbers(new RegExp(`^\\| \`${file}\` \\| (\\d+) KB`, 'm'))[0],
        size(`miniprogram_optional/${file}`));
    }
  }
});
