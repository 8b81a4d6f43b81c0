// The render thread: replays the operations of the logic thread on the real DOM and sends what
// the shopper does back. It knows nothing of the mini-program's data.

const ROOT_ID = 0;
const root = document.getElementById('root');
const navigationBar = document.getElementById('nav');
const toast = document.getElementById('toast');

const nodes = new Map([[ROOT_ID, root]]);
const ids = new WeakMap([[root, ROOT_ID]]);
const worker = new Worker('logic.js');

// What the driver reads.
const sim = window.__sim = {
  log: [],
  // tapToBatchMs: from the last tap to the moment its changes stood in the DOM.
  stats: { batches: 0, ops: 0, tapToBatchMs: 0 },
  taps: 0,
  lastTapAtMs: 0,
  back: () => worker.postMessage({ back: true }),
  // Fulfilled when the logic thread has done what was sent to it and its answers are in the DOM.
  rest: () => new Promise((resolve) => {
    resting.push(resolve);
    worker.postMessage({ rest: true });
  }),
};
const resting = [];

function send(target, event, detail) {
  let node = target;
  while (node && !ids.has(node)) node = node.parentNode;
  if (node) worker.postMessage({ id: ids.get(node), event, detail });
}

// Built-in components are as thin as the pages under test allow: each is an element that holds
// a native one and passes on its events.
const BUILT_IN = {
  input: (element) => addTextField(element, 'input'),
  textarea: (element) => addTextField(element, 'textarea'),
  image(element) {
    const img = addInner(element, 'img');
    img.onload = () =>
      send(element, 'load', { width: img.naturalWidth, height: img.naturalHeight });
    img.onerror = () => send(element, 'error', { errMsg: 'GET 404' });
  },
  switch(element) {
    element.setAttribute('role', 'switch');
    element.addEventListener('click', () => {
      const value = !element.hasAttribute('checked');
      element.toggleAttribute('checked', value);
      send(element, 'change', { value });
    });
  },
};

function addInner(element, tag) {
  element.inner = document.createElement(tag);
  element.appendChild(element.inner);
  return element.inner;
}

function addTextField(element, tag) {
  const field = addInner(element, tag);
  field.addEventListener('input', () =>
    send(element, 'input', { value: field.value, cursor: field.selectionStart }));
  field.addEventListener('blur', () => send(element, 'blur', { value: field.value }));
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') send(element, 'confirm', { value: field.value });
  });
}

function remember(id, node) {
  nodes.set(id, node);
  ids.set(node, id);
}

const INNER_ATTRIBUTES = new Set(['value', 'placeholder', 'src', 'type']);

function setAttribute(id, name, value) {
  const element = nodes.get(id);
  if (value === null || value === false) {
    element.removeAttribute(name);
    if (element.inner && name === 'value') element.inner.value = '';
    return;
  }
  const isObject = typeof value === 'object';
  const text = value === true ? '' : isObject ? JSON.stringify(value) : String(value);
  if (name === 'color') element.style.setProperty('--color', text);
  const goesInside = element.inner && INNER_ATTRIBUTES.has(name);
  if (!goesInside) element.setAttribute(name, text);
  else if (name === 'src' && text.startsWith('/')) element.inner.src = `/pkg${text}`;
  else if (element.inner[name] !== text) element.inner[name] = text;
}

const apply = {
  create(id, tag) {
    const isNamed = tag === 'virtual' || tag.startsWith('wx-');
    const element = document.createElement(isNamed ? tag : `wx-${tag}`);
    if (tag === 'virtual') element.style.display = 'contents';
    if (BUILT_IN[tag]) BUILT_IN[tag](element);
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

function applyBatch({ ops, stats }) {
  for (const [name, ...values] of ops) apply[name](...values);
  Object.assign(sim.stats, stats);
  sim.stats.batches += 1;
  sim.stats.ops += ops.length;
  if (sim.lastTapAtMs > 0) sim.stats.tapToBatchMs = performance.now() - sim.lastTapAtMs;
  sim.lastTapAtMs = 0;
}

const show = {
  toast({ title, durationMs }) {
    toast.textContent = title;
    toast.style.display = 'block';
    setTimeout(() => {
      toast.style.display = 'none';
    }, durationMs);
  },
  navigation({ path, title, background, color }) {
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

worker.onmessage = ({ data }) => {
  if (data.ops) applyBatch(data);
  else if (data.ui) show[data.ui](data);
  else if (data.log) writeLog(data.log);
  else if (data.rested) resting.shift()();
};
worker.onerror = (event) =>
  writeLog(['error', `${event.message} ${event.filename}:${event.lineno}`]);

document.addEventListener('click', (event) => {
  sim.taps += 1;
  sim.lastTapAtMs = performance.now();
  send(event.target, 'tap', { x: event.clientX, y: event.clientY });
}, true);
for (const type of ['touchstart', 'touchmove', 'touchend']) {
  document.addEventListener(type, (event) => send(event.target, type, {}),
    { capture: true, passive: true });
}
