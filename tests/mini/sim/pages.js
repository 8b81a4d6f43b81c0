// The stack of open pages and their life cycle.
import { native, report } from './native.js';
import { answer } from './wx_async.js';
import { join } from './modules.js';
import { createElement, root } from './vdom.js';

// As many pages as WeChat keeps open.
const STACK_MAX = 10;

function parseQuery(text = '') {
  return Object.fromEntries(text.split('&').filter(Boolean).map((pair) => {
    const [name, ...rest] = pair.split('=');
    return [name, decodeURIComponent(rest.join('='))];
  }));
}

function callHook(page, name, argument) {
  const instance = page.component.get();
  if (typeof instance[name] !== 'function') return;
  try {
    instance[name](argument);
  } catch (error) {
    report('error', error);
  }
}

// host = { config, space, backendRoots, loadComponent }: the framework's code space and its root
// factory, and what brings the code of a page.
export function createPages(host) {
  const stack = [];
  const top = () => stack[stack.length - 1];

  function announce(path) {
    const window = { ...host.config.app.window, ...host.config.components[path] };
    native.postMessage({
      ui: 'navigation',
      path,
      title: window.navigationBarTitleText,
      background: window.navigationBarBackgroundColor,
      color: window.navigationBarTextStyle,
      depth: stack.length,
    });
  }

  function attach(component) {
    const placeholder = createElement('wx-view');
    root.appendChild(placeholder);
    component.attach(root, placeholder);
    return root.childNodes[root.childNodes.length - 1];
  }

  function open(path, query) {
    if (top()) {
      callHook(top(), 'onHide');
      root.removeChild(top().node);
    }
    host.loadComponent(path);
    const component = host.backendRoots.createRoot('wx-page-body', host.space, path);
    const instance = component.get();
    instance.route = path;
    instance.options = parseQuery(query);
    const page = { path, component, node: attach(component) };
    stack.push(page);
    announce(path);
    callHook(page, 'onLoad', instance.options);
    callHook(page, 'onShow');
    native.setTimeout(() => callHook(page, 'onReady'), 0);
  }

  function back() {
    if (stack.length < 2) return;
    close(stack.pop());
    root.appendChild(top().node);
    announce(top().path);
    callHook(top(), 'onShow');
  }

  function close(page) {
    callHook(page, 'onUnload');
    if (page.node.parentNode) root.removeChild(page.node);
    page.component.release();
  }

  // `count` pages leave the stack, and the one that `url` names comes on top.
  const opener = (name, countOf) => (options) => {
    const [target, query] = options.url.split('?');
    const path = join(top().path, target);
    if (!host.config.pages.includes(path)) {
      return answer(options, 'fail', { errMsg: `${name}:fail page "${path}" is not found` });
    }
    const count = countOf();
    if (stack.length - count >= STACK_MAX) {
      return answer(options, 'fail', { errMsg: `${name}:fail page limit exceeded: ${STACK_MAX}` });
    }
    stack.splice(stack.length - count).reverse().forEach(close);
    open(path, query);
    answer(options, 'success', { errMsg: `${name}:ok` });
  };

  const navigate = {
    navigateTo: opener('navigateTo', () => 0),
    redirectTo: opener('redirectTo', () => 1),
    reLaunch: opener('reLaunch', () => stack.length),
    navigateBack(options) {
      for (let i = options.delta || 1; i > 0; i--) back();
      answer(options, 'success', { errMsg: 'navigateBack:ok' });
    },
  };

  const instances = () => stack.map((page) => page.component.get());
  return { open, back, instances, ...navigate };
}
