// The part of wx.* that shops use. What a base library does not have yet is not there either.
import { native, utf8Decode } from './native.js';
import { answer, asynchronous, succeed } from './wx_async.js';
import { createRequest } from './wx_request.js';
import { storage } from './wx_storage.js';

const SINCE = {
  getRandomValues: '2.15.0',
  getAppBaseInfo: '2.20.1',
  getDeviceInfo: '2.20.1',
  getWindowInfo: '2.20.1',
};

const RANDOM_SIZE_MAX = 1024 * 1024;
// The browser hands out at most this much per call.
const RANDOM_CHUNK_SIZE = 65536;

const WINDOW = { windowWidth: 375, windowHeight: 667, pixelRatio: 2 };

function isOlder(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const index = a.findIndex((part, i) => part !== b[i]);
  return index >= 0 && a[index] < b[index];
}

function getRandomValues(options) {
  const { length } = options;
  if (!(length > 0 && length <= RANDOM_SIZE_MAX)) {
    return answer(options, 'fail', { errMsg: 'getRandomValues:fail invalid length' });
  }
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += RANDOM_CHUNK_SIZE) {
    native.getRandomValues(bytes.subarray(start, start + RANDOM_CHUNK_SIZE));
  }
  answer(options, 'success', { randomValues: bytes.buffer, errMsg: 'getRandomValues:ok' });
}

function readFileSync(path, encoding) {
  const missing = new Error(`readFileSync:fail no such file or directory ${path}`);
  if (/^[a-z]+:/i.test(path)) throw missing;
  const request = new native.XMLHttpRequest();
  request.open('GET', `/pkg/${path.replace(/^\//, '')}`, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200) throw missing;
  return encoding ? utf8Decode(request.response) : request.response;
}

function showToast(options) {
  native.postMessage({ ui: 'toast', title: options.title, durationMs: options.duration || 1500 });
  answer(options, 'success', { errMsg: 'showToast:ok' });
}

function setNavigationBarTitle(options) {
  native.postMessage({ ui: 'navigation', title: options.title });
  answer(options, 'success', { errMsg: 'setNavigationBarTitle:ok' });
}

function systemApi({ baseLibrary }) {
  const versions = { SDKVersion: baseLibrary, version: '8.0.50' };
  return {
    getSystemInfoSync: () => ({ platform: 'ios', ...versions, ...WINDOW }),
    getAppBaseInfo: () => ({ ...versions }),
    getDeviceInfo: () => ({ platform: 'ios', benchmarkLevel: 30 }),
    getWindowInfo: () => ({ ...WINDOW }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: 'touristappid', envVersion: 'develop' },
    }),
    getPerformance: () => ({ now: () => native.now() }),
    getFileSystemManager: () => ({ readFileSync }),
    getRandomValues: asynchronous(getRandomValues),
    nextTick: (work) => native.setTimeout(work, 0),
    onAppShow() {},
    onAppHide() {},
    onMemoryWarning() {},
  };
}

function screenApi({ navigateTo, navigateBack }) {
  return {
    showToast: asynchronous(showToast),
    hideToast: asynchronous(succeed('hideToast')),
    showLoading: asynchronous(succeed('showLoading')),
    hideLoading: asynchronous(succeed('hideLoading')),
    showModal: asynchronous(succeed('showModal', { confirm: true, cancel: false })),
    setNavigationBarTitle: asynchronous(setNavigationBarTitle),
    navigateTo: asynchronous(navigateTo),
    navigateBack: asynchronous(navigateBack),
  };
}

export function createWx({ profile, requestDomains, pages }) {
  const wx = {
    ...systemApi(profile),
    ...screenApi(pages),
    ...storage,
    request: createRequest(requestDomains),
    canIUse: (name) => name.split('.')[0] in wx,
  };
  for (const [name, version] of Object.entries(SINCE)) {
    if (isOlder(profile.baseLibrary, version)) delete wx[name];
  }
  return wx;
}
