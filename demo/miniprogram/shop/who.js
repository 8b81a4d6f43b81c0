// Which shop this is and who is holding the phone. A real mini-program is built with its shop's
// root, and asks wx.login who it is; here the server on this machine tells the one and believes
// the other.
const { url } = require('./config.js');

const CONFIG_KEY = 'suanpan.demo.config';
const NAME_KEY = 'suanpan.demo.name';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// wx.base64ToArrayBuffer reads the other alphabet only, and is on its way out.
function bytesOfBase64url(text) {
  const bytes = new Uint8Array(Math.floor(text.length * 3 / 4));
  for (let i = 0, bits = 0, at = 0; i < text.length; i += 1) {
    bits = ((bits << 6) | DIGITS.indexOf(text[i])) & 0xffffff;
    if (i % 4 > 0) {
      bytes[at] = bits >> (6 - 2 * (i % 4));
      at += 1;
    }
  }
  return bytes;
}

const configOf = ({ shop, root }) => ({ url, shop, root: bytesOfBase64url(root) });

async function fetchConfig(http) {
  const { status, body } = await http.request({ method: 'GET', url: url + '/shop.json' });
  if (status !== 200) throw new Error('HTTP ' + status);
  wx.setStorageSync(CONFIG_KEY, body);
  return body;
}

/**
 * { url, shop, root }: as it was the last time, and of the server the first time. A server that was
 * set up anew is known at the start after.
 */
async function openConfig(http) {
  const fetched = fetchConfig(http);
  const kept = wx.getStorageSync(CONFIG_KEY);
  if (kept) fetched.catch((error) => console.warn(String(error.message)));
  return configOf(JSON.parse(kept || await fetched));
}

/** Everybody who comes is a member of the demo; `given` opens the same cart on another phone. */
async function nameOf(given, random) {
  if (given) return given;
  const kept = wx.getStorageSync(NAME_KEY);
  if (kept) return kept;
  const bytes = await random.bytes(4);
  const name = Array.from(bytes).map((byte) => (byte + 256).toString(16).slice(1)).join('');
  wx.setStorageSync(NAME_KEY, name);
  return name;
}

module.exports = { openConfig, nameOf };
