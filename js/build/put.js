// Writes a file so that whoever reads meanwhile finds the old content or the new one, never half.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync }
  from 'node:fs';
import { dirname, join } from 'node:path';

function isThere(path, content) {
  try {
    return readFileSync(path).equals(Buffer.from(content));
  } catch {
    return false;
  }
}

export function put(path, content) {
  if (isThere(path, content)) {
    // Set-up compares times: what is still right counts as made now.
    const now = new Date();
    utimesSync(path, now, now);
    return;
  }
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

/** Makes a folder have these files, { path in it: content }, and nothing else at its top. */
export function fill(folder, files) {
  for (const [name, content] of Object.entries(files)) put(join(folder, name), content);
  for (const name of readdirSync(folder)) {
    const isOurs = Object.keys(files).some((file) => file.split('/')[0] === name);
    // A number at the end: somebody is about to put it there.
    if (!isOurs && !/\.\d+$/.test(name)) rmSync(join(folder, name), { recursive: true });
  }
}
