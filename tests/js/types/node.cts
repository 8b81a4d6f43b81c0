// A CommonJS server's use of the package, for the type checker only.
import suanpan = require('suanpan/node');
import view = require('suanpan/view');
import createInstance = require('suanpan/twin');

export async function server(bytes: Uint8Array): Promise<string> {
  const engine: suanpan.Engine = await suanpan.createEngine({ wasm: bytes });
  const later: suanpan.AsyncEngine = await suanpan.createEngineAsync({
    server: { url: 'https://shop.example', session: async () => 'token' },
  });
  const receipt = await later.quote({ now: 1, lines: [] });
  const loaded = await later.load(bytes);
  const { kv, http, random }: suanpan.Host = suanpan.createHost({ namespace: ['tea', 'm1'] });
  await kv.set('key', 'value', { secret: true });
  const { status } = await http.request({ url: 'https://shop.example', responseType: 'text' });
  const names = view.namesOf({} as suanpan.Book);
  createInstance();
  // @ts-expect-error: the asynchronous engine answers later
  later.quote({ now: 1, lines: [] }).totals;
  // @ts-expect-error: a store holds text
  await kv.set('key', 1);
  return `${engine.mode.build} ${receipt.totals.payable} ${loaded ? loaded.digest : ''} ${status}`
    + `${(await random.bytes(3)).length} ${names}`;
}
