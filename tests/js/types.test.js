// The declarations fit what programs write, in every way of resolving modules.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { buildMiniProgram } from '../../js/build/miniprogram.js';

const file = (name) => fileURLToPath(new URL(`types/${name}.ts`, import.meta.url));
const { ModuleKind, ModuleResolutionKind } = ts;

before(buildMiniProgram);

// skipLibCheck stays off: our own declarations are what is checked.
function complaints(name, options) {
  const program = ts.createProgram([file(name)], {
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
    assert.deepEqual(complaints('web', { ...options, ...web }), []);
  }
});

test('a server', () => {
  for (const options of [nodeNext, bundler]) {
    assert.deepEqual(complaints('node', { ...options, ...web }), []);
  }
});

test('a mini-program without dom', () => {
  for (const options of [bundler, classic]) {
    assert.deepEqual(complaints('miniprogram', { ...options, lib: ['lib.es2017.d.ts'] }), []);
  }
});
