// The render thread: replays the operations of the logic thread on the real DOM and sends what
// the shopper does back. It knows nothing of the mini-program's data.
import { COMPONENTS } from './components/index.js';
import { takesNoTap } from './components/button.js';
import { findAll } from './find.js';

const ROOT_ID = 0;
// The arrow of the navigation bar.
const BACK_PX = 60;
const root = document.getElementById('root');
const navigationBar = document.getElementById('nav');
const toast = document.getElementById('toast');

let nodes;
let ids;
let worker;
let resting = [];
let isOnline = true;

// Storage and user files of the mini-program outlive its process; where people look (phone.js),
// storage outlives this page too. A browser keeps half of what a phone does.
const STORAGE_KEY = 'sim.storage';
const isKept = location.hash === '#keep';
const storage = JSON.parse((isKept && localStorage.getItem(STORAGE_KEY)) || '{}');
const kept = { storage, files: {} };

// What the driver reads and calls.
const sim = window.__sim = {
  all: (selector) => findAll(document, selector),
  log: [],
  // tapToBatchMs: from the last tap to the moment its changes stood in the DOM; tapToPaintMs: to
  // the frame that showed them.
  stats: { batches: 0, ops: 0, tapToBatchMs: 0, tapToPaintMs: 0 },
  taps: 0,
  lastTapAtMs: 0,
  back: () => worker.postMessage({ back: true }),
  setOnline(online) {
    isOnline = online;
    worker.postMessage({ online });
  },
  // Kills the mini-program's process and starts it anew, with what it kept.
  relaunch() {
    worker.terminate();
    delete document.documentElement.dataset.ready;
    start();
  },
  // Fulfilled when the logic thread has done what was sent to it and its answers are in the DOM.
  rest: () => new Promise((resolve) => {
    resting.push(resolve);
    worker.postMessage({ rest: true });
  }),
};

function send(target, event, detail) {
  let node = target;
  while (node && !ids.has(node)) node = node.parentNode;
  if (node) worker.postMessage({ id: ids.get(node), event, detail });
}

function remember(id, node) {
  nodes.set(id, node);
  ids.set(node, id);
}

function setAttribute(id, name, value) {
  const element = nodes.get(id);
  if (element.component && element.component.set && element.component.set(name, value)) return;
  if (value === null || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  element.setAttribute(name, value === true ? '' : text);
}

function createComponent(element, tag) {
  element.component = COMPONENTS[tag](element, (event, detail) => {
    if (event === 'follow') worker.postMessage({ follow: detail });
    else send(element, event, detail);
  });
}

const apply = {
  create(id, tag) {
    const isNamed = tag === 'virtual' || tag.startsWith('wx-');
    const element = document.createElement(isNamed ? tag : `wx-${tag}`);
    if (tag === 'virtual') element.style.display = 'contents';
    if (COMPONENTS[tag]) createComponent(element, tag);
    remember(id, element);
  },
  createText: (id, text) => remember(id, document.createTextNode(text)),
  append: (parent, child) => nodes.get(parent).appendChild(nodes.get(child)),
  insert: (parent, child, before) =>
    nodes.get(parent).insertBefore(nodes.get(child), nodes.get(before)),
  remove: (child) => nodes.get(child).remove(),
  attribute: setAttribute,
  id(id, value) {
    nodes.get(id).id = value;
  },
  text(id, text) {
    nodes.get(id).textContent = text;
  },
  addClass(id, name) {
    if (name) nodes.get(id).classList.add(name);
  },
  removeClass: (id, name) => nodes.get(id).classList.remove(name),
  addStyle(index, css) {
    const element = document.createElement('style');
    element.dataset.index = index;
    element.textContent = css;
    document.head.appendChild(element);
  },
  removeStyle: (index) => document.querySelector(`style[data-index="${index}"]`).remove(),
};

// A frame has been painted when a task runs after its animation callbacks.
function afterPaint(work) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = work;
    port2.postMessage(null);
  });
}

function applyBatch({ ops, stats }) {
  for (const [name, ...values] of ops) apply[name](...values);
  Object.assign(sim.stats, stats);
  sim.stats.batches += 1;
  sim.stats.ops += ops.length;
  const tapAtMs = sim.lastTapAtMs;
  sim.lastTapAtMs = 0;
  if (tapAtMs === 0) return;
  sim.stats.tapToBatchMs = performance.now() - tapAtMs;
  afterPaint(() => {
    sim.stats.tapToPaintMs = performance.now() - tapAtMs;
  });
}

const show = {
  toast({ title, durationMs }) {
    toast.textContent = title;
    toast.style.display = 'block';
    setTimeout(() => {
      toast.style.display = 'none';
    }, durationMs);
  },
  navigation({ path, title, background, color, depth }) {
    if (depth) navigationBar.dataset.depth = depth;
    if (path) document.documentElement.dataset.page = path;
    if (title) navigationBar.textContent = document.title = title;
    if (background) navigationBar.style.background = background;
    if (color) navigationBar.style.color = color;
  },
  ready() {
    document.documentElement.dataset.ready = '';
  },
};

function writeLog([level, ...texts]) {
  sim.log.push([level, ...texts]);
  console[level === 'error' ? 'error' : 'log'](...texts);
}

function keep({ kind, key, value }) {
  if (value === null) delete kept[kind][key];
  else kept[kind][key] = value;
  if (isKept) localStorage.setItem(STORAGE_KEY, JSON.stringify(kept.storage));
}

function receive({ data }) {
  if (data.ops) applyBatch(data);
  else if (data.ui) show[data.ui](data);
  else if (data.keep) keep(data.keep);
  else if (data.log) writeLog(data.log);
  else if (data.rested) resting.shift()();
}

function start() {
  nodes = new Map([[ROOT_ID, root]]);
  ids = new WeakMap([[root, ROOT_ID]]);
  resting = [];
  root.replaceChildren();
  toast.style.display = 'none';
  document.querySelectorAll('style[data-index]').forEach((element) => element.remove());
  worker = new Worker('logic.js');
  worker.onmessage = receive;
  worker.onerror = (event) =>
    writeLog(['error', `${event.message} ${event.filename}:${event.lineno}`]);
  const query = Object.fromEntries(new URLSearchParams(location.search));
  worker.postMessage({ boot: kept, query, online: isOnline });
}

navigationBar.addEventListener('click', ({ clientX }) => {
  if (navigationBar.dataset.depth > 1 && clientX < BACK_PX) sim.back();
});
window.addEventListener('error', (event) => writeLog(['error', `view: ${event.message}`]));
document.addEventListener('click', (event) => {
  sim.taps += 1;
  sim.lastTapAtMs = performance.now();
  if (takesNoTap(event.target)) return;
  send(event.target, 'tap', { x: event.clientX, y: event.clientY });
}, true);
for (const type of ['touchstart', 'touchmove', 'touchend']) {
  document.addEventListener(type, (event) => send(event.target, type, {}),
    { capture: true, passive: true });
}

start();
