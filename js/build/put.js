// Writes a file so that whoever reads meanwhile finds the old content or the new one, never half.
import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
