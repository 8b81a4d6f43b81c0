/** A promise of the first error that nobody catches, which the runner would count against `t`. */
export function uncaught(t) {
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  t.after(() => others.forEach((other) => process.on('unhandledRejection', other)));
  return new Promise((resolve) => {
    process.once('unhandledRejection', resolve);
  });
}
