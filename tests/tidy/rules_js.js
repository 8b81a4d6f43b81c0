// Rules about JavaScript. The form of a rule is described in rules_text.js.
import { posix } from 'node:path';
import ts from 'typescript';

const functionLinesMax = 100;
const entries = ['js/index.js', 'js/node.js', 'js/miniprogram.js', 'js/miniprogram_async.js',
  'js/miniprogram_client.js', 'js/miniprogram_engine.js', 'js/miniprogram_engine_async.js',
  'js/miniprogram_pricing.js', 'js/miniprogram_view.js', 'js/worker.js', 'js/web_worker.js',
  'js/verify.js'];

// What each part may import from js/. `common` is every file in js/ itself that is neither an entry
// nor the engine: text, money, errors and the generated constants.
const below = {
  common: ['common'],
  host: ['common', 'host'],
  sync: ['common', 'sync'],
  engine: ['common', 'sync', 'engine'],
  shop: ['common', 'sync', 'engine', 'shop'],
  view: ['common', 'engine', 'shop', 'view'],
  recommend: ['common', 'recommend'],
  bind: ['common', 'engine', 'shop', 'view', 'bind'],
  entry: ['common', 'sync', 'host', 'engine', 'shop', 'view', 'bind', 'entry'],
  server: ['common', 'sync', 'host/node_load', 'engine', 'shop/cart', 'shop/request', 'server'],
  cli: ['common', 'sync', 'host', 'engine', 'shop', 'view', 'server', 'entry', 'cli'],
  build: ['build'],
};

function partOf(path) {
  if (entries.includes(path)) return 'entry';
  if (/^js\/(engine(_async|_full)?|worker_answers)\.js$/.test(path)) return 'engine';
  const [, folder, rest] = path.match(/^js\/([^/]+)(\/.*)?$/) || [];
  if (!folder) return null;
  if (!rest || folder === 'generated') return 'common';
  return folder;
}

const importsOf = ({ text }) => ts.preProcessFile(text, true, true).importedFiles
  .map(({ fileName }) => fileName);

function checkImport(path, name) {
  const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : null;
  if (path.startsWith('demo/')) {
    const inside = target === null ? true : target.startsWith('demo/');
    return inside ? null : `the demo imports ${name} past the package's entries`;
  }
  const part = partOf(path);
  if (!below[part]) return `"${part}" is no part of the package`;
  if (target === null) return null;
  if (!target.startsWith('js/')) return `imports ${name} from outside of js/`;
  const other = partOf(target);
  const allowed = below[part].includes(other)
    || below[part].includes(target.replace(/^js\/(.*)\.js$/, '$1'));
  return allowed ? null : `${part} imports ${other} (${name})`;
}

const layers = {
  name: 'JavaScript imports point one way',
  check: (files) => files.filter(({ path }) => /^(js|demo)\/.*\.[cm]?js$/.test(path))
    .flatMap((file) => importsOf(file).map((name) => checkImport(file.path, name))
      .filter(Boolean).map((reason) => `${file.path}: ${reason}`)),
  bad: [
    ['js/host/wx.js', '../engine.js'],
    ['js/engine.js', './shop/shop.js'],
    ['js/engine.js', './host/wx.js'],
    ['js/shop/shop.js', '../view/index.js'],
    ['js/view/a.js', '../bind/page.js'],
    ['js/bind/page.js', '../index.js'],
    ['js/utf8.js', './engine.js'],
    ['js/sync/a.js', '../engine.js'],
    ['js/server/a.js', '../shop/shop.js'],
    ['js/server/a.js', '../view/index.js'],
    ['js/index.js', '../tests/a.js'],
    ['js/other/a.js', './b.js'],
    ['demo/h5/a.js', '../../js/engine.js'],
    ['js/build/a.js', '../engine.js'],
  ].map(([path, name]) => ({ path, text: `import { a } from '${name}';\n` })).concat([
    { path: 'demo/h5/a.js', text: "const a = require('../../js/engine.js');\n" },
    { path: 'js/shop/a.js', text: "const a = await import('../bind/page.js');\n" },
  ]),
  fine: [
    ['js/index.js', './host/web.js'],
    ['js/engine.js', './generated/codes.js'],
    ['js/engine.js', './sync/j0.js'],
    ['js/view/a.js', '../shop/shop.js'],
    ['js/server/a.js', '../shop/cart.js'],
    ['js/server/a.js', '../shop/request.js'],
    ['js/server/a.js', 'node:http'],
    ['demo/server.js', 'suanpan'],
    ['demo/server.js', './seed/tea.js'],
  ].map(([path, name]) => ({ path, text: `import { a } from '${name}';\n` })),
};

// Files that import one another, directly or by way of others: none of them can be read alone.
function findCircles(files) {
  const own = files.filter(({ path }) => /^(js|demo)\/.*\.[cm]?js$/.test(path));
  const imports = new Map(own.map((file) => [file.path, importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(file.path), name))]));
  const done = new Set();
  const found = [];
  const visit = (path, way) => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path) || !imports.has(path)) return;
    imports.get(path).forEach((next) => visit(next, [...way, path]));
    done.add(path);
  };
  imports.forEach((_, path) => visit(path, []));
  return found;
}

const circles = {
  name: 'JavaScript files import in no circle',
  check: findCircles,
  bad: [
    { path: 'js/a.js', text: "import './a.js';\n" },
    [{ path: 'js/a.js', text: "export * from './b/c.js';\n" },
      { path: 'js/b/c.js', text: "import { a } from '../a.js';\n" }],
  ],
  fine: [
    [{ path: 'js/a.js', text: "import './b.js';\nimport './c.js';\n" },
      { path: 'js/b.js', text: "import './c.js';\n" }, { path: 'js/c.js', text: '' }],
  ],
};

// A function's own lines: those of functions inside it count for themselves.
function longFunctions({ path, text }) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const problems = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node) => {
    let inner = 0;
    ts.forEachChild(node, (child) => {
      inner += visit(child);
    });
    if (!ts.isFunctionLike(node) || !node.body) return inner;
    const start = lineOf(node.getStart(source));
    const lines = lineOf(node.end) - start + 1;
    const own = lines - inner;
    if (own > functionLinesMax) problems.push(`${path}:${start + 1}: a function of ${own} lines`);
    // A function on one line takes no line away from the one around it.
    return lines > 1 ? lines : 0;
  };
  visit(source);
  return problems;
}

const functionLength = {
  name: `no JavaScript function is longer than ${functionLinesMax} lines`,
  check: (files) => files.filter(({ path }) => /\.[cm]?js$/.test(path)).flatMap(longFunctions),
  bad: [
    { path: 'js/a.js', text: `function f(a) {\n${'  a++;\n'.repeat(100)}}\n` },
    { path: 'tests/a.js', text: `const f = (a) => {\n${'  a++;\n'.repeat(100)}};\n` },
  ],
  fine: [
    { path: 'js/a.js', text: `function f(a) {\n${'  a++;\n'.repeat(98)}}\n` },
    { path: 'js/a.js', text: `function f(a) {\n${'  g(() => {\n    a++;\n  });\n'.repeat(60)}}\n` },
  ],
};

export const jsRules = [layers, circles, functionLength];
