const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { createEngine, SuanpanError } = require('suanpan/node');
const web = require('suanpan');
const { receiptView } = require('suanpan/view');
const twin = require('suanpan/twin');

// CommonJS in earnest: what Node loaded here is no ES module.
for (const name of ['suanpan', 'suanpan/node', 'suanpan/view', 'suanpan/twin']) {
  assert.ok(require.cache[require.resolve(name)], name);
}
assert.equal(web.receiptView, receiptView);

async function main() {
  const wasm = readFileSync(require.resolve('suanpan/wasm'));
  for (const engine of [await createEngine(), await createEngine({ build: 'wasm2js' }),
    await web.createEngine({ wasm }), await web.createEngine({ fallback: () => twin })]) {
    assert.equal(engine.info().version, require('suanpan/package.json').version);
    assert.throws(() => engine.quote({ now: 1, lines: [] }), SuanpanError);
    assert.throws(() => engine.quote({ now: 1, lines: [] }), web.SuanpanError);
  }
  console.log('fine');
}
main();
