// A server's use of the package, for the type checker only.
import { createEngine } from 'suanpan/node';
import type { BookCheck, Engine, Estimate, Explanation } from 'suanpan/node';

export async function server(bytes: Uint8Array): Promise<Engine> {
  const engine = await createEngine({ build: 'wasm2js', freeze: true });
  const check: BookCheck = engine.check(bytes);
  const { explain }: Explanation = engine.explain({ now: 1, lines: [] });
  const { cards }: Estimate = engine.estimate({ now: 1, skus: [{ sku: 'a' }, { spu: 'b' }] });
  cards.map(({ price, conditions }) => [price, conditions?.[0]?.code]);
  // @ts-expect-error: points are no part of a price on a shelf
  engine.estimate({ now: 1, skus: [{ sku: 'a' }], points: 'max' });
  explain.map(({ zh, en }) => zh + en);
  await engine.load(bytes);
  engine.dispose();
  // @ts-expect-error: no such build
  await createEngine({ build: 'asm' });
  return check.ok ? engine : createEngine();
}
