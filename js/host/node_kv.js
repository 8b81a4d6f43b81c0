// A folder as a store of text, one file a key; without a folder it lives in memory.
//
// Files are written beside, brought to the disk and renamed, so that a crash leaves the old value
// or the new one. Node has no key store: a secret is as safe as a file that its owner alone reads.
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hostError } from '../error.js';
import { storeOn } from './keep.js';

const ending = '.value';

function inMemory() {
  const values = new Map();
  return storeOn({
    read: (key) => (values.has(key) ? values.get(key) : null),
    write(key, text) {
      values.set(key, text);
    },
    erase(key) {
      values.delete(key);
    },
    list: () => [...values.keys()],
  });
}

const isAbsent = ({ code }) => code === 'ENOENT';

async function guarded(work, absent) {
  try {
    return await work();
  } catch (cause) {
    if (isAbsent(cause)) return absent;
    const isFull = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
    throw hostError(isFull ? 'E_QUOTA' : 'E_STORAGE', cause);
  }
}

async function writeWhole(path, text) {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

function inFolder(folder) {
  const pathOf = (key) => join(folder, encodeURIComponent(key) + ending);
  return storeOn({
    read: (key) => guarded(() => readFile(pathOf(key), 'utf8'), null),
    write: (key, text) => guarded(async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(pathOf(key), text);
    }),
    erase: (key) => guarded(() => rm(pathOf(key), { force: true })),
    list: () => guarded(async () => (await readdir(folder))
      .filter((name) => name.endsWith(ending))
      .map((name) => decodeURIComponent(name.slice(0, -ending.length))), []),
  });
}

export const nodeKv = (folder) => (folder ? inFolder(folder) : inMemory());
