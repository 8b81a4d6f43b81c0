// The module system of the package: every file is known beforehand, nothing is fetched.
const definitions = Object.create(null);
const loaded = Object.create(null);

export function define(id, factory) {
  definitions[id] = factory;
}

export const isDefined = (id) => id in definitions;

export function join(from, reference) {
  const parts = reference[0] === '/' ? [] : from.split('/').slice(0, -1);
  for (const part of reference.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

// A bare name is looked for in miniprogram_npm of this folder and of each above it.
function npmCandidates(from, reference) {
  const folders = from.split('/').slice(0, -1);
  const candidates = [];
  for (let depth = folders.length; depth >= 0; depth--) {
    candidates.push([...folders.slice(0, depth), 'miniprogram_npm', reference].join('/'));
  }
  return candidates;
}

function resolve(from, reference) {
  const relative = reference[0] === '.' || reference[0] === '/';
  const candidates = relative ? [] : npmCandidates(from, reference);
  candidates.push(join(from, reference));
  for (const candidate of candidates) {
    const id = ['', '.js', '/index.js'].map((end) => candidate + end).find(isDefined);
    if (id) return id;
  }
  throw new Error(
    `module '${candidates[0]}.js' is not defined, require args is '${reference}'`);
}

export function requireModule(id) {
  if (!loaded[id]) {
    const module = loaded[id] = { exports: {} };
    definitions[id]((reference) => requireModule(resolve(id, reference)), module, module.exports);
  }
  return loaded[id].exports;
}
