// WXSS → CSS. Only what the pages under test use: rpx, element selectors, class scopes.

// Elements of a mini-program become custom elements with the prefix wx-.
const ELEMENTS = new Set(['button', 'checkbox', 'form', 'icon', 'image', 'input', 'label',
  'navigator', 'page', 'picker', 'progress', 'radio', 'rich-text', 'scroll-view', 'slider',
  'swiper', 'swiper-item', 'switch', 'text', 'textarea', 'view']);

const RPX_PER_WIDTH = 750;

function rpxToVw(css) {
  return css.replace(/(-?\d*\.?\d+)rpx/g, (_, number) =>
    (number * 100 / RPX_PER_WIDTH).toFixed(5) + 'vw');
}

function renameElements(selector) {
  if (/^\s*@/.test(selector)) return selector;
  return selector.replace(/(^|[\s,>+~(])([a-z][a-z-]*)(?![\w-]*\()/g, (all, before, name) =>
    ELEMENTS.has(name) ? before + 'wx-' + name : all);
}

// The window of a page begins below the navigation bar.
const NAVIGATION_PX = 44;
const vhToWindow = (css) => css.replace(/(\d*\.?\d+)vh\b/g, (_, number) =>
  `calc(${number} * (1vh - ${NAVIGATION_PX / 100}px))`);

export function wxssToCss(wxss) {
  const css = rpxToVw(vhToWindow(wxss.replace(/\/\*[\s\S]*?\*\//g, '')));
  return css.replace(/([^{}]+)\{/g, (_, selector) => renameElements(selector) + '{');
}

// The name under which the framework looks for the classes of a component.
export const scopeName = (path) => 'c' + path.replace(/\W/g, '_');

// A component's classes do not leak out of it: each carries the component's scope.
export function scopeClasses(css, scope) {
  return css.replace(/\.([a-zA-Z_][\w-]*)(?=[^{}]*\{)/g, (_, name) => `.${scope}--${name}`);
}
