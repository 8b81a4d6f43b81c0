// Turns the source of a mini-program into what the two threads of the simulator load:
// index.html and view.js for the render thread, logic.js and app-service.js for the logic thread,
// worker.js and worker-service.js for a worker of the mini-program.
// Templates are compiled by the compiler of WeChat's own framework. Problems are collected, not
// thrown, so that a test sees all of them at once.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import compiler from 'glass-easel-template-compiler';
import { scopeClasses, scopeName, wxssToCss } from './wxss.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const { posix } = path;

// WeChat drops every other file type at upload, so here such a file does not exist either.
const UPLOADED_TYPES = new Set(['.js', '.json', '.wxml', '.wxss', '.wxs', '.wasm', '.br', '.png',
  '.jpg', '.jpeg', '.gif', '.svg', '.cer', '.mp3', '.aac', '.m4a', '.mp4', '.wav', '.ogg',
  '.silk']);

const PACKAGE_SIZE_MAX = 2 * 1024 * 1024;

// The packer of WeChat gives every module these names as parameters without values, so that
// they read as undefined even where the thread has them.
const SHADOWED = ['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage',
  'history', 'Caches', 'screen', 'alert', 'confirm', 'prompt', 'fetch', 'XMLHttpRequest',
  'WebSocket', 'webkit', 'WeixinJSCore', 'Reporter', 'print', 'WeixinJSBridge', 'importScripts',
  'postMessage', 'indexedDB', 'caches'].join(',');

function listFiles(root, folder = '.') {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = posix.join(folder, entry.name);
    if (!entry.isDirectory()) return [name];
    return entry.name === 'node_modules' ? [] : listFiles(root, name);
  });
}

function openTree(root) {
  const all = listFiles(root);
  const files = all.filter((name) => UPLOADED_TYPES.has(path.extname(name)));
  const present = new Set(files);
  const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
  return {
    files,
    dropped: all.filter((name) => !present.has(name)),
    ofType: (type) => files.filter((name) => name.endsWith(type)),
    has: (name) => present.has(name),
    read,
    readJson: (name) => (present.has(name) ? JSON.parse(read(name)) : {}),
    size: files.reduce((sum, name) => sum + fs.statSync(path.join(root, name)).size, 0),
  };
}

function listPages(app) {
  const packages = app.subPackages || app.subpackages || [];
  const inPackages = packages.flatMap((pack) => pack.pages.map((p) => posix.join(pack.root, p)));
  return [...app.pages, ...inPackages];
}

function resolveComponent(tree, from, reference) {
  if (reference.startsWith('/')) return reference.slice(1);
  const near = posix.join(posix.dirname(from), reference);
  const npm = posix.join('miniprogram_npm', reference);
  const known = [near, npm, npm + '/index'].find((name) => tree.has(name + '.json'));
  return known || near;
}

// Pages are components too. Returns name → its JSON with absolute usingComponents.
function collectComponents(tree, app, pages, issues) {
  const found = new Map();
  const visit = (name) => {
    if (found.has(name)) return;
    for (const type of ['.js', '.wxml']) {
      if (!tree.has(name + type)) issues.push(`${name}${type}: missing`);
    }
    const json = tree.readJson(name + '.json');
    const usingComponents = {};
    const wanted = { ...app.usingComponents, ...json.usingComponents };
    for (const [tag, reference] of Object.entries(wanted)) {
      usingComponents[tag] = '/' + resolveComponent(tree, name, reference);
    }
    found.set(name, { ...json, usingComponents });
    Object.values(usingComponents).forEach((used) => visit(used.slice(1)));
  };
  pages.forEach(visit);
  return Object.fromEntries(found);
}

function describeWarning(name, warning) {
  if (typeof warning === 'string') return `${name}: ${warning}`;
  return `${name}:${warning.start_line ?? warning.startLine}: ${warning.message}`;
}

function compileTemplates(tree, issues) {
  const group = new compiler.TmplGroup();
  for (const name of tree.ofType('.wxml')) {
    const warnings = group.addTmpl(name.slice(0, -'.wxml'.length), tree.read(name)) || [];
    for (const warning of warnings) issues.push(describeWarning(name, warning));
  }
  for (const name of tree.ofType('.wxs')) {
    group.addScript(name.slice(0, -'.wxs'.length), tree.read(name));
  }
  const code = group.getTmplGenObjectGroups();
  group.free();
  return code;
}

// The compiler leaves ES2017 as it is and rewrites whatever is newer: a difference is the proof.
async function checkSyntax(tree, issues) {
  for (const name of tree.ofType('.js')) {
    const source = tree.read(name);
    const [es2017, newest] = await Promise.all(['es2017', 'esnext'].map((target) =>
      esbuild.transform(source, { target, logLevel: 'silent' })));
    if (es2017.code !== newest.code) issues.push(`${name}: syntax newer than ES2017`);
  }
}

function wrapModules(tree, isWanted) {
  return tree.ofType('.js').filter(isWanted).map((name) =>
    `__sim.define(${JSON.stringify(name)}, function (require, module, exports, ${SHADOWED}) {` +
    `"use strict";\n${tree.read(name)}\n});`).join('\n');
}

function readStyle(tree, name) {
  if (!tree.has(name + '.wxss')) return '';
  return tree.read(name + '.wxss').replace(/@import\s+["']([^"']+)["'];?/g, (_, target) =>
    tree.read(target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(name), target)));
}

function collectStyles(tree, components) {
  const styles = {};
  for (const name of ['app', ...Object.keys(components)]) {
    const css = wxssToCss(readStyle(tree, name));
    const scoped = components[name] && components[name].component;
    styles[name] = scoped ? scopeClasses(css, scopeName(name)) : css;
  }
  return styles;
}

const INDEX_HTML = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<link rel="stylesheet" href="view.css">
<div id="nav"></div>
<wx-page id="root"></wx-page>
<div id="toast"></div>
<div id="panel"></div>
<script src="view.js"></script>
</html>
`;

function bundle(entry, out) {
  return esbuild.build({
    entryPoints: [path.join(here, entry)],
    outfile: path.join(out, entry),
    bundle: true,
    format: 'iife',
    target: 'es2020',
    // The framework is parsed at every start, and nobody reads it.
    minifyWhitespace: true,
    logLevel: 'error',
  });
}

// The folder of the workers' code, which is packed apart: no page can require it.
function workersFolder({ workers }) {
  const folder = typeof workers === 'object' ? workers.path : workers;
  return folder ? folder.replace(/^\/|\/$/g, '') : '';
}

export async function build({ root, out, profile = 'modern', requestHosts = [] }) {
  const tree = openTree(root);
  const app = tree.readJson('app.json');
  const pages = listPages(app);
  const issues = [];
  const components = collectComponents(tree, app, pages, issues);
  const styles = collectStyles(tree, components);
  const templates = compileTemplates(tree, issues);
  await checkSyntax(tree, issues);
  if (tree.size > PACKAGE_SIZE_MAX) issues.push(`package: ${tree.size} bytes are over 2 MB`);

  const workers = workersFolder(app);
  const isWorkers = (name) => workers !== '' && name.startsWith(`${workers}/`);
  const workerFiles = tree.files.filter(isWorkers);
  const config = {
    app, pages, components, styles, profile, requestHosts, workers, workerFiles,
  };
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'app-service.js'),
    `__sim.config = ${JSON.stringify(config)};\n__sim.templates = ${templates};\n` +
    `${wrapModules(tree, (name) => !isWorkers(name))}\n`);
  fs.writeFileSync(path.join(out, 'worker-service.js'),
    `__sim.config = ${JSON.stringify({ workers })};\n${wrapModules(tree, isWorkers)}\n`);
  fs.writeFileSync(path.join(out, 'index.html'), INDEX_HTML);
  fs.copyFileSync(path.join(here, 'view.css'), path.join(out, 'view.css'));
  await Promise.all(['logic.js', 'worker.js', 'view.js'].map((entry) => bundle(entry, out)));
  return { issues, dropped: tree.dropped, packageSize: tree.size, files: new Set(tree.files) };
}
