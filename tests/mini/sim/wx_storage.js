// Storage with the limits of the real one: 1 MB a key, 10 MB in all, JSON values.
import { utf8Size } from './native.js';
import { answer, asynchronous } from './wx_async.js';

const VALUE_SIZE_MAX = 1024 * 1024;
const TOTAL_SIZE_MAX = 10 * 1024 * 1024;

const values = new Map();
let totalSize = 0;

function put(key, value) {
  const json = JSON.stringify(value);
  const size = utf8Size(json);
  const freed = values.has(key) ? utf8Size(values.get(key)) : 0;
  if (size > VALUE_SIZE_MAX) throw new Error('setStorage:fail exceed max size 1MB');
  if (totalSize - freed + size > TOTAL_SIZE_MAX) {
    throw new Error('setStorage:fail exceed storage max size 10MB');
  }
  totalSize += size - freed;
  values.set(key, json);
}

function remove(key) {
  if (values.has(key)) totalSize -= utf8Size(values.get(key));
  values.delete(key);
}

const get = (key) => (values.has(key) ? JSON.parse(values.get(key)) : '');

function tryPut(options) {
  try {
    put(options.key, options.data);
    answer(options, 'success', { errMsg: 'setStorage:ok' });
  } catch (error) {
    answer(options, 'fail', { errMsg: error.message });
  }
}

function tryGet(options) {
  if (values.has(options.key)) answer(options, 'success', { data: get(options.key) });
  else answer(options, 'fail', { errMsg: 'getStorage:fail data not found' });
}

export const storage = {
  setStorageSync: put,
  getStorageSync: get,
  removeStorageSync: remove,
  getStorageInfoSync: () => ({
    keys: [...values.keys()],
    currentSize: Math.ceil(totalSize / 1024),
    limitSize: TOTAL_SIZE_MAX / 1024,
  }),
  setStorage: asynchronous(tryPut),
  getStorage: asynchronous(tryGet),
  removeStorage: asynchronous((options) => {
    remove(options.key);
    answer(options, 'success', { errMsg: 'removeStorage:ok' });
  }),
};
