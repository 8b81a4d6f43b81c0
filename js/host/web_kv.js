// IndexedDB as a store of text. A secret is encrypted by an AES key that no script can read:
// the browser keeps it in the same database as an object, not as bytes.
import { SuanpanError, hostError } from '../error.js';
import { storeOn } from './keep.js';

const databaseName = 'suanpan';
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ivBytes = 12;

const isFull = (cause) => Boolean(cause) && cause.name === 'QuotaExceededError';

function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open(factory) {
  const request = factory.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('values');
    request.result.createObjectStore('keys');
  };
  return answerOf(request);
}

/** One database, opened at the first use; a page whose database was closed opens it again. */
export function openDatabase(factory = globalThis.indexedDB) {
  let opened = null;

  function database() {
    if (opened) return opened;
    if (!factory) return Promise.reject(new SuanpanError('E_STORAGE', '', 'no IndexedDB here'));
    opened = open(factory).then((db) => {
      db.onclose = () => {
        opened = null;
      };
      // A newer page, or the system, wants it closed.
      db.onversionchange = () => {
        db.close();
        db.onclose();
      };
      return db;
    });
    opened.catch(() => {
      opened = null;
    });
    return opened;
  }

  // Resolves when the write is on the disk, not when it is on its way.
  async function run(store, mode, work) {
    try {
      const db = await database();
      const transaction = db.transaction(store, mode, { durability: 'strict' });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
        transaction.onerror = () => reject(transaction.error);
      });
      const [result] = await Promise.all([answerOf(work(transaction.objectStore(store))), done]);
      return result;
    } catch (cause) {
      if (cause instanceof SuanpanError) throw cause;
      throw hostError(isFull(cause) ? 'E_QUOTA' : 'E_STORAGE', cause);
    }
  }

  return {
    get: (store, key) => run(store, 'readonly', (at) => at.get(key)),
    put: (store, key, value) => run(store, 'readwrite', (at) => at.put(value, key)),
    add: (store, key, value) => run(store, 'readwrite', (at) => at.add(value, key)),
    remove: (store, key) => run(store, 'readwrite', (at) => at.delete(key)),
    keys: (store) => run(store, 'readonly', (at) => at.getAllKeys()),
  };
}

// The page's own key, made once. Of two tabs that make it at the same time one is refused and
// takes the other's.
async function ownKey(database, subtle) {
  const found = await database.get('keys', 'values');
  if (found) return found;
  const made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false,
    ['encrypt', 'decrypt']);
  try {
    await database.add('keys', 'values', made);
    return made;
  } catch (cause) {
    const theirs = await database.get('keys', 'values');
    if (theirs) return theirs;
    throw cause;
  }
}

export function webKv(database, crypto = globalThis.crypto) {
  // A page that is not served over https has no WebCrypto, and then no secrets either.
  const subtle = crypto && crypto.subtle;

  async function sealed(key, text) {
    if (!subtle) throw new SuanpanError('E_STORAGE', '', 'no WebCrypto: secrets need https');
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    // The key's name is bound in: one record can't be put in the place of another.
    const bytes = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: encoder.encode(key) },
      await ownKey(database, subtle), encoder.encode(text));
    return { iv, bytes };
  }

  // What can't be opened is E_STORAGE: somebody altered it, or the key is gone.
  async function unsealed(key, { iv, bytes }) {
    try {
      return decoder.decode(await subtle.decrypt(
        { name: 'AES-GCM', iv, additionalData: encoder.encode(key) },
        await ownKey(database, subtle), bytes));
    } catch (cause) {
      throw hostError('E_STORAGE', cause);
    }
  }

  return storeOn({
    async read(key) {
      const value = await database.get('values', key);
      if (value === undefined) return null;
      return typeof value === 'string' ? value : unsealed(key, value);
    },
    async write(key, text, secret) {
      await database.put('values', key, secret ? await sealed(key, text) : text);
    },
    erase: (key) => database.remove('values', key),
    list: () => database.keys('values'),
  });
}

/** HMAC-SHA256 by keys that no script can read: { keep(keyId, bytes), hmac(keyId, bytes) }. */
export function webSign(database, crypto = globalThis.crypto) {
  const subtle = crypto && crypto.subtle;
  if (!subtle) return null;
  const nameOf = (keyId) => `hmac/${keyId}`;
  return {
    async keep(keyId, bytes) {
      const key = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false,
        ['sign']);
      await database.put('keys', nameOf(keyId), key);
    },
    forget: (keyId) => database.remove('keys', nameOf(keyId)),
    async hmac(keyId, bytes) {
      const key = await database.get('keys', nameOf(keyId));
      if (!key) throw new SuanpanError('E_REFERENCE', '', `no key is called ${keyId}`);
      return new Uint8Array(await subtle.sign('HMAC', key, bytes));
    },
  };
}
