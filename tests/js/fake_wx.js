// wx.* of a phone, as far as hosts ask for it: callbacks, its own words in errors, its limits.
const later = (work) => setTimeout(work, 0);

const bytesOf = (text) => Buffer.byteLength(text);

/**
 * { wx, values, encrypted, calls }. `storage`: { keyMax, totalMax }; `answer(options)` of
 * wx.request gives { success } or { fail } or nothing at all; `random`: what there is of it.
 */
export function fakeWx({ storage = {}, answer = () => null, random = 'wx', fetched } = {}) {
  const { keyMax = 1024 * 1024, totalMax = 10 * 1024 * 1024 } = storage;
  const values = new Map();
  const encrypted = new Map();
  const calls = [];

  const mapOf = ({ encrypt }) => (encrypt ? encrypted : values);
  const total = () => [...values.values(), ...encrypted.values()]
    .reduce((sum, text) => sum + bytesOf(text), 0);

  function getRandomValues({ length, success }) {
    later(() => success({ errMsg: 'getRandomValues:ok',
      randomValues: new Uint8Array(length).fill(7).buffer }));
  }

  const wx = {
    getStorage(options) {
      const { key, success, fail } = options;
      const map = mapOf(options);
      later(() => (map.has(key) ? success({ errMsg: 'getStorage:ok', data: map.get(key) })
        : fail({ errMsg: 'getStorage:fail data not found' })));
    },
    setStorage(options) {
      const { key, data, success, fail } = options;
      later(() => {
        calls.push(`set ${key}`);
        if (bytesOf(data) > keyMax) {
          return fail({ errMsg: 'setStorage:fail entry size limit reached' });
        }
        if (total() + bytesOf(data) > totalMax) {
          return fail({ errMsg: 'setStorage:fail exceed storage max size 10Mb' });
        }
        mapOf(options).set(key, data);
        return success({ errMsg: 'setStorage:ok' });
      });
    },
    removeStorage({ key, success }) {
      later(() => {
        values.delete(key);
        encrypted.delete(key);
        success({ errMsg: 'removeStorage:ok' });
      });
    },
    getStorageInfoSync: () => ({ keys: [...values.keys(), ...encrypted.keys()] }),
    request(options) {
      calls.push(options);
      let isAborted = false;
      later(() => {
        const given = answer(options);
        if (!given || isAborted) return;
        if (given.success) options.success({ errMsg: 'request:ok', ...given.success });
        else options.fail(given.fail);
      });
      return {
        abort() {
          isAborted = true;
          calls.push('abort');
          options.fail({ errMsg: 'request:fail abort' });
        },
      };
    },
    getBackgroundFetchData({ fetchType, success, fail }) {
      later(() => (fetched && fetched[fetchType] !== undefined
        ? success({ fetchedData: fetched[fetchType] }) : fail({ errMsg: 'fail:no data' })));
    },
  };
  if (random === 'wx') wx.getRandomValues = getRandomValues;
  if (random === 'manager') wx.getUserCryptoManager = () => ({ getRandomValues });
  if (random === 'short') {
    wx.getRandomValues = ({ success }) => success({ randomValues: new ArrayBuffer(1) });
  }
  if (random === 'failing') {
    wx.getRandomValues = ({ fail }) => fail({ errMsg: 'getRandomValues:fail' });
  }
  return { wx, values, encrypted, calls };
}
