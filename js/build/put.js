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

/** Makes a folder have these files, { path in it: content }, and no others. */
export function fill(folder, files) {
  const paths = Object.keys(files);
  paths.forEach((path) => put(join(folder, path), files[path]));
  for (const path of readdirSync(folder, { recursive: true })) {
    const isOurs = paths.some((one) => one === path || one.startsWith(`${path}/`));
    if (isOurs) continue;
    // A number at the end: somebody is about to put it there.
    if (!/\.\d+$/.test(path)) rmSync(join(folder, path), { recursive: true, force: true });
  }
}
