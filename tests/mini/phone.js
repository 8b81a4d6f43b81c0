// node tests/mini/phone.js --shop URL [--port 8090]
//
// The demo's mini-program in the simulator, for people: a page with a phone in it, that orders at
// the shop under URL (demo/server.js). `?member=anna` is anna's phone. Prints its address, and
// ends with whoever started it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './sim/build.js';
import { serve } from './sim/serve.js';

const root = fileURLToPath(new URL('../../demo/miniprogram', import.meta.url));
const HOST = 'shop.tea.example';

const FRAME = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>青岚茶铺 · 小程序</title>
<link rel="stylesheet" href="frame.css">
<iframe title="小程序"></iframe>
<script src="frame.js"></script>
</html>
`;

const STYLE = `html, body { margin: 0; height: 100%; }
body { display: grid; place-items: center;
  background: radial-gradient(120% 90% at 50% 0, #fdf6ee, #e4ddd3); }
iframe { width: 375px; height: min(100vh - 48px, 780px); border: 0; border-radius: 34px;
  background: #fff; box-shadow: 0 0 0 9px #1b1917, 0 30px 70px #3c28144d; }
@media (max-width: 500px) {
  iframe { width: 100%; height: 100vh; border-radius: 0; box-shadow: none; }
}
`;

const SCRIPT = "document.querySelector('iframe').src = 'index.html' + location.search + '#keep';\n";

export async function openPhoneServer({ shop, port = 8090 }) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'suanpan-phone-'));
  process.on('exit', () => fs.rmSync(out, { recursive: true, force: true }));
  const built = await build({ root, out, requestHosts: [HOST] });
  const frame = { 'phone.html': FRAME, 'frame.css': STYLE, 'frame.js': SCRIPT };
  for (const [name, text] of Object.entries(frame)) fs.writeFileSync(path.join(out, name), text);
  const server = await serve({ root, files: built.files, out, port,
    hosts: { [HOST]: new URL(shop).origin } });
  return { ...server, url: `${server.url}phone.html` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { shop: { type: 'string' },
    port: { type: 'string', default: '8090' } } });
  if (!values.shop) throw new Error('--shop is the address that demo/server.js printed');
  const { url, close } = await openPhoneServer({ shop: values.shop, port: Number(values.port) });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      close();
      process.exit(0);
    });
  }
  // Whoever started it is gone when its end of the pipe is.
  process.stdin.on('end', () => process.exit(0)).resume();
  console.log(url);
}
