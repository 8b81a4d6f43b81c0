// wx storage: 1 MB a key, 10 MB in all; a write that fails leaves the value before it.
//
// A secret is stored by wx.setStorage({ encrypt: true }), from base library 2.21.3 on, and such a
// value can be read only by saying so again. So it stands under a key of its own, which begins
// with a mark. Below 2.21.3 `encrypt` is ignored, and the value is as safe as the others.
import { hostError } from '../error.js';
import { storeOn } from './keep.js';

const secretMark = '*';

// wx.* with callbacks as a promise; hosts of before 2.10.2 return none by themselves.
export const asked = (api, name, options) => new Promise((resolve, reject) => {
  api[name](Object.assign({}, options, { success: resolve, fail: reject }));
});

// Callbacks get { errMsg }, Alipay's { errorMessage }; synchronous calls throw an Error. What
// Alipay does not have it answers as null.
const textOf = (cause) => (cause && (cause.errMsg || cause.errorMessage || cause.message)) || '';
const isMissing = (cause) => /not found/i.test(textOf(cause));
const isFull = (cause) => /exceed|quota|limit|full|超[出过]|上限/i.test(textOf(cause));

const storageError = (cause) => hostError(isFull(cause) ? 'E_QUOTA' : 'E_STORAGE', cause);

export function wxKv(api) {
  const ask = (name, options) => asked(api, name, options);

  function readAt(key, encrypt) {
    return ask('getStorage', encrypt ? { key, encrypt } : { key }).then(
      ({ data }) => (typeof data === 'string' ? data : null),
      (cause) => {
        if (isMissing(cause)) return null;
        throw storageError(cause);
      });
  }

  const eraseAt = (key) => ask('removeStorage', { key }).then(() => undefined, (cause) => {
    if (!isMissing(cause)) throw storageError(cause);
  });

  // Of keys that were written here it is known which kind they are: one call then, not two.
  const written = new Map();

  return storeOn({
    read: (key) => readAt(key, false).then((text) =>
      (text === null ? readAt(secretMark + key, true) : text)),

    // The other kind goes after the new value is there: a crash in between loses nothing.
    write(key, text, secret) {
      const [at, other] = secret ? [secretMark + key, key] : [key, secretMark + key];
      const options = secret ? { key: at, data: text, encrypt: true } : { key: at, data: text };
      return ask('setStorage', options).then(() => {
        if (written.get(key) === secret) return undefined;
        return eraseAt(other).then(() => {
          written.set(key, secret);
        });
      }, (cause) => {
        throw storageError(cause);
      });
    },

    erase(key) {
      written.delete(key);
      return eraseAt(key).then(() => eraseAt(secretMark + key));
    },

    list() {
      try {
        return api.getStorageInfoSync().keys
          .map((key) => (key[0] === secretMark ? key.slice(1) : key));
      } catch (cause) {
        throw storageError(cause);
      }
    },
  });
}
