// Starts a server in a process of its own and waits for its port: { url, kill() }.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('child.js', import.meta.url));

export const quickSettings = JSON.stringify({ devicePerSecond: 1e6, deviceBurst: 1e6,
  addressPerSecond: 1e6, addressBurst: 1e6, loginPerSecond: 1e6, loginBurst: 1e6,
  openOrders: 1e6 });

/** args: for node, a script that prints its port among them. */
export async function spawnListening(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (bytes) => resolve(Number(bytes)));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

/** child.js. args: for node itself. */
export const spawnServer = (folder, { args = [] } = {}) =>
  spawnListening([...args, script, folder, quickSettings]);
