// The declarations fit what programs write, in every way of resolving modules.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { buildDist } from '../../js/build/dist.js';
import { buildMiniProgram } from '../../js/build/miniprogram.js';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = path('../../');
const { ModuleKind, ModuleResolutionKind } = ts;

before(async () => {
  await buildDist();
  await buildMiniProgram();
});

// skipLibCheck stays off: our own declarations are what is checked.
function complaints(name, options) {
  const program = ts.createProgram([path(`types/${name}`)], {
    strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2020, ...options,
  });
  return ts.getPreEmitDiagnostics(program).map(({ file: where, messageText }) =>
    `${where ? where.fileName : ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

const nodeNext = { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext };
const bundler = { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler };
const classic = { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10 };
const web = { lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] };

test('a web page', () => {
  for (const options of [nodeNext, bundler]) {
    assert.deepEqual(complaints('web.ts', { ...options, ...web }), []);
  }
});

test('a server', () => {
  for (const options of [nodeNext, bundler]) {
    assert.deepEqual(complaints('node.ts', { ...options, ...web }), []);
  }
  assert.deepEqual(complaints('node.cts', { ...nodeNext, ...web }), []);
});

test('a mini-program without dom', () => {
  for (const options of [bundler, classic]) {
    assert.deepEqual(complaints('miniprogram.ts', { ...options, lib: ['lib.es2017.d.ts'] }), []);
  }
});

test("a mini-program under WeChat's declarations, in the copied folder and by npm", () => {
  const where = { 'suanpan-miniprogram': [`${root}miniprogram_dist/index.d.ts`],
    'suanpan-miniprogram/*': [`${root}miniprogram_dist/*.d.ts`] };
  for (const options of [bundler, classic]) {
    assert.deepEqual(complaints('wechat.ts', { ...options, lib: ['lib.es2020.d.ts'], paths: where,
      types: ['miniprogram-api-typings'], typeRoots: [`${root}node_modules`] }), []);
  }
});

// The names of values that a module's declarations promise.
function declared(dts) {
  const program = ts.createProgram([`${root}${dts}`], { ...nodeNext, ...web, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(`${root}${dts}`);
  const isValue = (symbol) => {
    const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol)
      : symbol;
    return (flags & ts.SymbolFlags.Value) !== 0;
  };
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)).filter(isValue)
    .map(({ name }) => name).sort();
}

test('what is declared is what is exported', async () => {
  const entries = [['js/index', 'js/index.js'], ['js/node', 'js/node.js'],
    ['js/view', 'js/view/index.js'], ['js/miniprogram', 'js/miniprogram.js'],
    ['js/miniprogram_pricing', 'js/miniprogram_pricing.js'],
    ['js/miniprogram_async', 'js/miniprogram_async.js'],
    ['js/miniprogram_client', 'js/miniprogram_client.js'],
    ['js/miniprogram_view', 'js/miniprogram_view.js'],
    ['js/recommend', 'js/recommend/index.js']];
  for (const [dts, js] of entries) {
    const exported = Object.keys(await import(`${root}${js}`)).sort();
    assert.deepEqual(declared(`${dts}.d.ts`), exported, js);
  }
});

test('every declared function is explained in both languages', () => {
  const entries = ['host', 'index', 'miniprogram', 'miniprogram_async', 'miniprogram_client',
    'miniprogram_pricing', 'miniprogram_view', 'node', 'view'];
  for (const name of entries) {
    const text = ts.sys.readFile(`${root}js/${name}.d.ts`);
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    source.forEachChild((node) => {
      if (!ts.isFunctionDeclaration(node)) return;
      const [doc] = node.jsDoc || [];
      const said = doc ? doc.getText() : '';
      assert.match(said, /[A-Za-z]{3}/, `${name}: ${node.name.text}`);
      assert.match(said, /[\u4e00-\u9fff]/, `${name}: ${node.name.text}`);
    });
  }
});
