// Chromium for the end-to-end tests, and the demo server they look at.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const artifacts = join(root, 'build', 'artifacts');

// No requests of the browser's own, and nothing that needs a sandbox or a graphics card.
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

/** Starts demo/server.js as a shopper's machine would: { url, stop } once it has said where. */
export function startDemo(...args) {
  const child = spawn(process.execPath, [join(root, 'demo', 'server.js'), '--port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  // Resolves to the exit code, also of a server that has already ended by itself.
  const stop = () => {
    child.kill('SIGINT');
    return ended;
  };
  return new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const [url] = output.match(/http:\S+/) || [];
      if (url) resolve({ url, stop, output: () => output });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the demo server ended (${code}):\n${output}`)));
  });
}

/** A picture for people to look at, in build/artifacts. */
export async function picture(page, name) {
  mkdirSync(artifacts, { recursive: true });
  // Long enough for sheets to have risen and numbers to have rolled.
  await page.waitForTimeout(350);
  await page.screenshot({ path: join(artifacts, `h5-${name}.png`) });
}
