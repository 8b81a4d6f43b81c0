// Who asks too often has to wait: a bucket of tokens for each name, refilled as time goes by.
const NAMES_MAX = 100000;

/** { perSecond, burst } → take(name, n = 1): whether there were n tokens; they are gone then. */
export function tokenBuckets({ perSecond, burst }, clock) {
  const buckets = new Map();
  function refilled(name) {
    const now = clock();
    const { tokens, atMs } = buckets.get(name) || { tokens: burst, atMs: now };
    return { now, tokens: Math.min(burst, tokens + (Math.max(0, now - atMs) / 1000) * perSecond) };
  }
  return {
    take(name, n = 1) {
      const { now, tokens } = refilled(name);
      const has = tokens >= n;
      // The name that was seen longest ago goes first; a full bucket is the same as none.
      buckets.delete(name);
      buckets.set(name, { tokens: has ? tokens - n : tokens, atMs: now });
      if (buckets.size > NAMES_MAX) buckets.delete(buckets.keys().next().value);
      return has;
    },
    /** Takes what turned out to be the cost afterwards; a bucket can be in debt. */
    charge(name, n) {
      const { now, tokens } = refilled(name);
      buckets.set(name, { tokens: tokens - n, atMs: now });
    },
  };
}

/** The buckets that settings give a name to: `<name>PerSecond` and `<name>Burst`. */
export const bucketsOf = (settings, name, clock) => tokenBuckets(
  { perSecond: settings[`${name}PerSecond`], burst: settings[`${name}Burst`] }, clock);
