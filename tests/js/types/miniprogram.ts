// A mini-program's use of the copied folder: no dom, no Node.
import { createEngine } from '../../../miniprogram_dist/index';
import { patch } from '../../../miniprogram_dist/view';

declare const WXWebAssembly: { instantiate(path: string, imports: object): Promise<any> };
declare function require(path: string): any;

export async function page(bookText: string): Promise<string> {
  const engine = await createEngine({
    wasm: ['/a/suanpan.wasm.br', '/a/suanpan.wasm'],
    platform: WXWebAssembly,
    fallback: () => require('./suanpan.wasm2js.js'),
  });
  await engine.load(bookText, { unsignedBookForDevelopment: true });
  patch({}, { total: '1.00' });
  // @ts-expect-error: a mini-program can't fetch bytes
  await createEngine({ wasm: new Uint8Array(8) });
  return engine.mode.path || '';
}
