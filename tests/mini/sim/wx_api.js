// The part of wx.* that shops use. What a base library does not have yet is not there either.
import { native } from './native.js';
import { isOlder } from './profiles.js';
import { answer, asynchronous, succeed } from './wx_async.js';
import { USER_DATA_PATH, createFileSystem } from './wx_files.js';
import { createRequest } from './wx_request.js';
import { createStorage } from './wx_storage.js';
import { createWorkerFactory } from './wx_worker.js';

const SINCE = {
  getRandomValues: '2.15.0',
  getUserCryptoManager: '2.17.3',
  getAppBaseInfo: '2.20.1',
  getDeviceInfo: '2.20.1',
  getWindowInfo: '2.20.1',
  openPrivacyContract: '2.32.3',
};

const RANDOM_SIZE_MAX = 1024 * 1024;
// The browser hands out at most this much per call.
const RANDOM_CHUNK_SIZE = 65536;

const WINDOW = { windowWidth: 375, windowHeight: 667, pixelRatio: 2 };

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

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function arrayBufferToBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    const size = Math.min(bytes.length - i, 3);
    for (let j = 0; j < 4; j++) text += j <= size ? DIGITS[(bits >> (18 - 6 * j)) & 63] : '=';
  }
  return text;
}

function base64ToArrayBuffer(text) {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor(digits.length * 3 / 4));
  for (let i = 0, bits = 0, at = 0; i < digits.length; i++) {
    bits = ((bits << 6) | DIGITS.indexOf(digits[i])) & 0xffffff;
    if (i % 4 > 0) bytes[at++] = bits >> (6 - 2 * (i % 4));
  }
  return bytes.buffer;
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
  const manager = createFileSystem();
  return {
    env: { USER_DATA_PATH },
    getSystemInfoSync: () => ({ platform: 'ios', ...versions, ...WINDOW }),
    getAppBaseInfo: () => ({ ...versions }),
    getDeviceInfo: () => ({ platform: 'ios', benchmarkLevel: 30 }),
    getWindowInfo: () => ({ ...WINDOW }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: 'touristappid', envVersion: 'develop' },
    }),
    getPerformance: () => ({ now: () => native.now() }),
    getFileSystemManager: () => manager,
    getRandomValues: asynchronous(getRandomValues),
    getUserCryptoManager: () => ({
      getRandomValues: asynchronous(getRandomValues),
      // A key that only the merchant's server and this phone know needs both of them.
      getLatestUserKey: asynchronous((options) =>
        answer(options, 'fail', { errMsg: 'getLatestUserKey:fail not login' })),
    }),
    arrayBufferToBase64,
    base64ToArrayBuffer,
    nextTick: (work) => native.setTimeout(work, 0),
    onAppShow() {},
    onAppHide() {},
    onMemoryWarning() {},
  };
}

function screenApi({ navigateTo, navigateBack, redirectTo, reLaunch }) {
  return {
    showToast: asynchronous(showToast),
    hideToast: asynchronous(succeed('hideToast')),
    showLoading: asynchronous(succeed('showLoading')),
    hideLoading: asynchronous(succeed('hideLoading')),
    showModal: asynchronous(succeed('showModal', { confirm: true, cancel: false })),
    setNavigationBarTitle: asynchronous(setNavigationBarTitle),
    navigateTo: asynchronous(navigateTo),
    navigateBack: asynchronous(navigateBack),
    redirectTo: asynchronous(redirectTo),
    reLaunch: asynchronous(reLaunch),
    setClipboardData: asynchronous(succeed('setClipboardData')),
    openPrivacyContract: asynchronous(succeed('openPrivacyContract')),
    vibrateShort: asynchronous(succeed('vibrateShort')),
  };
}

export function createWx({ profile, profileName, config, pages, network }) {
  const wx = {
    ...systemApi(profile),
    ...screenApi(pages),
    ...createStorage(profile),
    ...network.api,
    request: createRequest(config.requestHosts, network),
    createWorker: createWorkerFactory({
      folder: config.workers,
      profile: profileName,
      has: (name) => config.workerFiles.includes(name),
    }),
    canIUse: (name) => name.split('.')[0] in wx,
  };
  for (const [name, version] of Object.entries(SINCE)) {
    if (isOlder(profile.baseLibrary, version)) delete wx[name];
  }
  return wx;
}
