// A server's use of the package, for the type checker only.
import { createEngine } from 'suanpan/node';
import type { BookCheck, Engine, Explanation } from 'suanpan/node';

export async function server(bytes: Uint8Array): Promise<Engine> {
  const engine = await createEngine({ build: 'wasm2js', freeze: true });
  const check: BookCheck = engine.check(bytes);
  const { explain }: Explanation = engine.explain({ now: 1, lines: [] });
  explain.map(({ zh, en }) => zh + en);
  await engine.load(bytes);
  engine.dispose();
  // @ts-expect-error: no such build
  await createEngine({ build: 'asm' });
  return check.ok ? engine : createEngine();
}
