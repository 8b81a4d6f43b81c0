// A DOM for the logic thread that only writes down what is done to it. The list of operations
// crosses to the render thread once per tick, as in the real two-thread model.
import { native } from './native.js';
import { stats } from './stats.js';

const ROOT_ID = 0;
const nodes = new Map();
let lastId = ROOT_ID;
let pending = [];

function flush() {
  const ops = pending;
  pending = [];
  native.postMessage({ ops, stats: { ...stats } });
}

function record(...op) {
  // The browser's own promise: a profile may have replaced the global one by a slower kind.
  if (pending.length === 0) native.Promise.resolve().then(flush);
  pending.push(op);
}

class Node {
  constructor(tag, id = ++lastId) {
    this.nodeId = id;
    this.tagName = tag.toUpperCase();
    this.isFragment = false;
    this.parentNode = null;
    this.childNodes = [];
    this.modelListeners = {};
    this.classList = {
      add: (name) => record('addClass', id, name),
      remove: (name) => record('removeClass', id, name),
    };
    nodes.set(id, this);
  }

  get nextSibling() {
    if (!this.parentNode) return undefined;
    const siblings = this.parentNode.childNodes;
    return siblings[siblings.indexOf(this) + 1];
  }

  get id() {
    return '';
  }

  set id(value) {
    record('id', this.nodeId, value);
  }

  set textContent(text) {
    record('text', this.nodeId, text);
  }

  appendChild(child) {
    for (const node of unwrap(child)) {
      detach(node);
      this.childNodes.push(node);
      node.parentNode = this;
      if (!this.isFragment) record('append', this.nodeId, node.nodeId);
    }
  }

  insertBefore(child, before) {
    if (!before) return this.appendChild(child);
    for (const node of unwrap(child)) {
      detach(node);
      this.childNodes.splice(this.childNodes.indexOf(before), 0, node);
      node.parentNode = this;
      if (!this.isFragment) record('insert', this.nodeId, node.nodeId, before.nodeId);
    }
  }

  removeChild(child) {
    detach(child);
    record('remove', child.nodeId);
  }

  replaceChild(child, old) {
    if (!old) return this.appendChild(child);
    this.insertBefore(child, old);
    this.removeChild(old);
  }

  setAttribute(name, text) {
    // The framework makes text of everything; a picker needs its list, a switch its truth.
    // What it has no value for comes as '', and is not there.
    // A style is no attribute of the framework's: its text is all there is.
    const isAttribute = this.element && name !== 'style';
    const given = isAttribute ? this.element.getAttribute(name) : undefined;
    const value = given === undefined ? text || null : given;
    const crosses = value !== undefined && typeof value !== 'function';
    record('attribute', this.nodeId, name, crosses ? value : null);
  }

  removeAttribute(name) {
    record('attribute', this.nodeId, name, null);
  }

  // Events arrive by onEvent of the context, never by listeners on a node.
  addEventListener() {}
}

function unwrap(node) {
  return node.isFragment ? node.childNodes.slice() : [node];
}

function detach(node) {
  if (!node.parentNode) return;
  const siblings = node.parentNode.childNodes;
  siblings.splice(siblings.indexOf(node), 1);
  node.parentNode = null;
}

export const root = new Node('wx-page', ROOT_ID);

export function createElement(tag) {
  const node = new Node(tag);
  record('create', node.nodeId, tag);
  return node;
}

function createTextNode(text) {
  const node = new Node('#text');
  record('createText', node.nodeId, String(text));
  return node;
}

function createDocumentFragment() {
  const node = new Node('#fragment');
  node.isFragment = true;
  return node;
}

export const findNode = (id) => nodes.get(id);

const DOM_LIKE_MODE = 3;
const FRAME_MS = 16;
const styleSheets = {};
let onEvent = null;

// The contract is `domlikeBackend.Context` of glass-easel.
export const backend = {
  mode: DOM_LIKE_MODE,
  destroy() {},
  getWindowWidth: () => 375,
  getWindowHeight: () => 667,
  getDevicePixelRatio: () => 2,
  getTheme: () => 'light',
  getRootNode: () => root,
  document: { createElement, createTextNode, createDocumentFragment },
  registerStyleSheetContent(path, css) {
    styleSheets[path] = css;
  },
  appendStyleSheetPath(path) {
    const index = ++lastId;
    record('addStyle', index, styleSheets[path] || '');
    return index;
  },
  disableStyleSheet(index) {
    record('removeStyle', index);
  },
  render(done) {
    native.setTimeout(() => done(null), FRAME_MS);
  },
  associateValue(node, element) {
    node.element = element;
  },
  onEvent(listener) {
    onEvent = listener;
  },
  setListenerStats() {},
  setModelBindingStat(node, name, listener) {
    node.modelListeners[name] = listener;
  },
};

function nearestElement(node) {
  let found = node;
  while (found && !found.element) found = found.parentNode;
  return found && found.element;
}

// An event of the render thread enters the framework at the nearest element it knows.
export function dispatch({ id, event, detail }) {
  const node = nodes.get(id);
  const element = nearestElement(node);
  if (!element || !onEvent) return;
  const listener = node.modelListeners.value;
  if (event === 'input' && listener) listener(detail.value);
  const bubbles = event === 'tap' || event.startsWith('touch');
  onEvent(element, event, detail, {
    originalEvent: null, bubbles, composed: bubbles, capturePhase: true,
  });
}
