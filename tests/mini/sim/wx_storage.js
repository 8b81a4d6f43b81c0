// Storage with the limits of the real one: 1 MB a key and 10 MB in all, JSON values. What is
// encrypted grows by 1.4, so 0.7 MB a key and 7.1 MB in all; only the asynchronous calls do it, and
// a value is read back only by the way it was written.
import { utf8Size } from './native.js';
import { keptMap } from './kept.js';
import { isOlder } from './profiles.js';
import { answer, asynchronous } from './wx_async.js';

const MEGABYTE = 1024 * 1024;
const LIMITS = {
  plain: { name: '1MB', value: MEGABYTE, total: 10 * MEGABYTE },
  encrypted: { name: '0.7MB', value: 0.7 * MEGABYTE, total: 7.1 * MEGABYTE },
};
const ENCRYPTION_SINCE = '2.21.3';

function checkKey(call, key) {
  if (typeof key !== 'string') {
    throw new Error(`${call}:fail parameter error: parameter.key should be String`);
  }
  if (key === '') throw new Error(`${call}:fail parameter.key should not be empty`);
}

// A base library that is too old for encryption does not know the option and stores in the clear.
function createStore({ baseLibrary }) {
  const values = keptMap('storage');
  const knowsEncryption = !isOlder(baseLibrary, ENCRYPTION_SINCE);
  const kindOf = (options) => (knowsEncryption && options.encrypt ? 'encrypted' : 'plain');
  const totalOf = (entries) => entries.reduce((sum, { size }) => sum + size, 0);

  function put(kind, key, data) {
    checkKey('setStorage', key);
    const json = JSON.stringify(data);
    if (json === undefined) throw new Error('setStorage:fail data is no JSON');
    const { name, value, total } = LIMITS[kind];
    const size = utf8Size(json);
    if (size > value) throw new Error(`setStorage:fail exceed max size ${name}`);
    const others = values.keys().filter((other) => other !== key).map(values.get);
    if (totalOf(others) + size > total) {
      throw new Error('setStorage:fail exceed storage max size 10MB');
    }
    values.set(key, { kind, json, size });
  }

  function find(kind, key) {
    checkKey('getStorage', key);
    const found = values.get(key);
    return found && found.kind === kind ? found : null;
  }

  const info = () => ({
    keys: values.keys(),
    currentSize: Math.ceil(totalOf(values.values()) / 1024),
    limitSize: LIMITS.plain.total / 1024,
  });
  return { values, kindOf, put, find, info };
}

export function createStorage(profile) {
  const { values, kindOf, put, find, info } = createStore(profile);

  const answering = (name, work) => asynchronous((options) => {
    try {
      answer(options, 'success', { ...work(options), errMsg: `${name}:ok` });
    } catch (error) {
      answer(options, 'fail', { errMsg: error.message });
    }
  });

  function get(options) {
    const found = find(kindOf(options), options.key);
    if (!found) throw new Error('getStorage:fail data not found');
    return { data: JSON.parse(found.json) };
  }

  function remove(key) {
    checkKey('removeStorage', key);
    values.delete(key);
  }

  const clear = () => values.keys().forEach(values.delete);

  return {
    setStorageSync: (key, data) => put('plain', key, data),
    getStorageSync(key) {
      const found = find('plain', key);
      return found ? JSON.parse(found.json) : '';
    },
    removeStorageSync: remove,
    clearStorageSync: clear,
    getStorageInfoSync: info,
    setStorage: answering('setStorage', (options) => {
      put(kindOf(options), options.key, options.data);
    }),
    getStorage: answering('getStorage', get),
    removeStorage: answering('removeStorage', ({ key }) => remove(key)),
    clearStorage: answering('clearStorage', clear),
    getStorageInfo: answering('getStorageInfo', info),
  };
}
