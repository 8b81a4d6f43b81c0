// The logic thread: a Worker without DOM in which the mini-program's own code runs on WeChat's
// open framework. Everything a mini-program must not see is gone before its first line.
import { native, report } from './native.js';
import { restore } from './kept.js';
import { MiniProgramEnv, component, glassEasel } from 'glass-easel-miniprogram-adapter';
import { define, isDefined, requireModule } from './modules.js';
import { createPages } from './pages.js';
import { PROFILES } from './profiles.js';
import { crossAsJson } from './stats.js';
import { strip } from './strip.js';
import { backend, dispatch } from './vdom.js';
import { createWx } from './wx_api.js';
import { createNetwork } from './wx_network.js';
import { createWXWebAssembly } from './wx_wasm.js';
import { scopeName } from './wxss.js';

const READY_DELAY_MS = 30;
// A tap may lead to a dialog, its answer to a promise, that to a paint: each is a task of its own
// where promises are built on timers.
const TASKS_PER_TAP = 10;

const host = {
  query: {}, config: null, templates: null, space: null, backendRoots: null, loadComponent,
};
const pages = createPages(host);
const network = createNetwork();
let app = {};
// The component environment of the file being loaded: Page() and Component() belong to it.
let fileEnvironment = null;

function guarded(work) {
  try {
    work();
  } catch (error) {
    report('error', error);
  }
}

function createFramework() {
  // Frameworks on top (uni-app) bind their handlers as fields of the instance.
  glassEasel.globalOptions.useMethodCallerListeners = true;
  // scroll-into-view looks for the id.
  glassEasel.globalOptions.writeIdToDOM = true;
  const environment = new MiniProgramEnv();
  host.space = environment.createCodeSpace('main', true);
  host.backendRoots = environment.associateBackend(backend);
  backend.onEvent((target, type, detail, options) => {
    const event = new glassEasel.Event(type, detail, options);
    glassEasel.Event.dispatchEvent(target, event);
    return event.defaultPrevented() ? 1 : 0;
  });
  const caller = component.ComponentCaller.prototype;
  const { setData } = caller;
  caller.setData = function setDataAsJson(patch, done) {
    return setData.call(this, crossAsJson(patch), done);
  };
}

function inFile(name) {
  if (!fileEnvironment) throw new Error(`${name}() called outside a page or component file`);
  return fileEnvironment;
}

function exposeGlobals(profile) {
  const { config } = host;
  Object.assign(globalThis, {
    wx: createWx({ profile, profileName: config.profile, config, pages, network }),
    global: {},
    getApp: () => app,
    getCurrentPages: pages.instances,
    App: (definition) => {
      app = definition;
    },
    Page: (definition) => inFile('Page').Page(definition),
    Component: (definition) => inFile('Component').Component(definition),
    Behavior: (definition) => (fileEnvironment
      ? fileEnvironment.Behavior(definition)
      : host.space.behavior().definition(definition).register()),
  });
  if (profile.wasm) globalThis.WXWebAssembly = createWXWebAssembly(profile, config.workers);
}

function registerStyles({ styles, components }) {
  for (const [name, css] of Object.entries(styles)) {
    const scoped = components[name] && components[name].component;
    host.space.addStyleSheet(name, `${name}.css`, scoped ? scopeName(name) : undefined);
    host.backendRoots.registerStyleSheetContent(`${name}.css`, css);
  }
}

function registerComponents({ components }) {
  for (const [name, json] of Object.entries(components)) {
    host.space.addComponentStaticConfig(name, json);
    host.space.addCompiledTemplate(name, {
      groupList: host.templates,
      content: host.templates[name],
      fallbackListenerOnNativeNode: true,
    });
  }
}

const loaded = new Set();

// The file of a page or component, once, after those that its template may name.
function loadComponent(name) {
  if (loaded.has(name)) return;
  loaded.add(name);
  Object.values(host.config.components[name].usingComponents)
    .forEach((used) => loadComponent(used.slice(1)));
  host.space.componentEnv(name, (environment) => {
    fileEnvironment = environment;
    guarded(() => requireModule(`${name}.js`));
  });
}

// With "lazyCodeLoading": "requiredComponents" a page's code is there with the page, not before.
function loadFirst({ app: { lazyCodeLoading }, components, pages: [first] }) {
  const isLazy = lazyCodeLoading === 'requiredComponents';
  (isLazy ? [first] : Object.keys(components)).forEach(loadComponent);
}

function launch() {
  const [firstPage] = host.config.pages;
  const options = { path: firstPage, query: host.query, scene: 1001 };
  guarded(() => {
    if (app.onLaunch) app.onLaunch(options);
    if (app.onShow) app.onShow(options);
  });
  pages.open(firstPage);
  native.setTimeout(() => native.postMessage({ ui: 'ready' }), READY_DELAY_MS);
}

// What app-service.js has told of is on this phone now. It is no frame of what runs then: an error
// that is made anywhere under it would have the browser read all of that file again.
function start() {
  const profile = PROFILES[host.config.profile];
  strip(profile);
  createFramework();
  exposeGlobals(profile);
  delete globalThis.__sim;
  registerStyles(host.config);
  registerComponents(host.config);
  if (isDefined('app.js')) guarded(() => requireModule('app.js'));
  loadFirst(host.config);
  launch();
}

// Timers of equal delay fire in order, so whatever was started before is done before.
function answerRest(tasks) {
  if (tasks > 0) native.setTimeout(() => answerRest(tasks - 1), 0);
  else native.postMessage({ rested: true });
}

globalThis.addEventListener('unhandledrejection', (event) => report('error', event.reason));
globalThis.addEventListener('error', (event) => report('error', event.error || event.message));
const navigator = { navigate: 'navigateTo', redirect: 'redirectTo', reLaunch: 'reLaunch' };

// What a tap on <navigator> does by itself.
function follow({ openType = 'navigate', ...options }) {
  if (openType === 'navigateBack') pages.navigateBack(options);
  else pages[navigator[openType]](options);
}

// The framework is ready; the mini-program's own code starts when what was kept is there.
function boot({ boot: kept, query, online }) {
  restore(kept);
  network.set(online);
  globalThis.__sim = Object.assign(host, { query, define });
  native.importScripts('app-service.js');
  start();
}

globalThis.onmessage = ({ data }) => {
  if (data.boot) boot(data);
  else if (data.online !== undefined) network.set(data.online);
  else if (data.follow) guarded(() => follow(data.follow));
  else if (data.rest) answerRest(TASKS_PER_TAP);
  else if (data.back) guarded(pages.back);
  else guarded(() => dispatch(data));
};
