// What survives a reload, on a store that knows only get, set and remove: two snapshots that take
// turns and a log of entries behind them (src/sync/README.md, section 10).
//
// A start takes the newest snapshot that is whole, then the log up to the first record that is
// not. The log's numbers go on over snapshots, so a start from the older snapshot still finds what
// was appended after the newer one. `seal` and `open` put a check beside every record: the MAC of
// a device's key, or a plain sum for visitors, who have no key.
const SNAPSHOTS = ['snapshot/a', 'snapshot/b'];
const LOG = 'log/';
const LOG_RECORDS_MAX = 64;

// FNV-1a: it finds a torn record, not a forger. A visitor's records never leave the phone unsigned.
function sumOf(text) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  }
  return (sum >>> 0).toString(16);
}

/** The seal of those who have no key. */
export const plainSeal = {
  seal: (name, text) => `${sumOf(`${name}\n${text}`)}\n${text}`,
  open(name, record) {
    const text = record.slice(record.indexOf('\n') + 1);
    if (plainSeal.seal(name, text) !== record) throw new Error(`${name} is torn`);
    return text;
  },
};

/** The seal of a device's key; engine.sync computes it. */
export const deviceSeal = (sync, keys) => ({
  seal: (name, text) => sync.sealRecord({ keys, name, text }),
  open: (name, record) => sync.openRecord({ keys, name, record }),
});

async function readRecord(kv, seal, name) {
  const record = await kv.get(name);
  if (record === null || record === undefined) return null;
  try {
    return JSON.parse(seal.open(name, record));
  } catch (error) {
    // Torn, altered or of another key: as if it were not there.
    return null;
  }
}

async function readLog(kv, seal, from) {
  const entries = [];
  let next = from;
  for (;;) {
    const batch = await readRecord(kv, seal, LOG + next);
    if (batch === null) break;
    entries.push(...batch);
    next += 1;
  }
  // A record behind the first bad one must not come back to life when the gap is filled.
  const numbers = (await kv.keys(LOG)).map((key) => Number(key.slice(LOG.length)));
  const end = numbers.reduce((most, number) => Math.max(most, number + 1), next);
  return { entries, next: end, isTorn: end > next };
}

/**
 * Opens the records of one name space: { value, entries, append, save, count }. `value` is what
 * the last snapshot held (null when there is none), `entries` what was appended after it.
 */
export async function openRecords(kv, seal) {
  const found = await Promise.all(SNAPSHOTS.map((name) => readRecord(kv, seal, name)));
  const newest = found.reduce((best, one, slot) =>
    (one !== null && (best === null || one.gen > best.gen) ? { ...one, slot } : best), null);
  const from = found.map((one) => (one === null ? 0 : one.log));
  const log = await readLog(kv, seal, newest === null ? 0 : newest.log);
  return writerOf(kv, seal, { newest, from, log });
}

function writerOf(kv, seal, { newest, from, log }) {
  let gen = newest === null ? 0 : newest.gen;
  let slot = newest === null ? 1 : newest.slot;
  let { next } = log;
  let start = newest === null ? 0 : newest.log;
  // A gap ends the log for good: the next start must not look behind it.
  let isGapped = log.isTorn;
  let queue = [];
  let last = Promise.resolve();
  const inTurn = (work) => {
    last = last.then(work, work);
    return last;
  };

  async function trim() {
    const keep = Math.min(...from);
    const old = (await kv.keys(LOG)).filter((key) => Number(key.slice(LOG.length)) < keep);
    await Promise.all(old.map((key) => kv.remove(key)));
  }

  async function saveNow(valueOf) {
    const other = 1 - slot;
    const name = SNAPSHOTS[other];
    const text = JSON.stringify({ gen: gen + 1, log: next, value: valueOf() });
    await kv.set(name, seal.seal(name, text));
    gen += 1;
    slot = other;
    from[other] = next;
    start = next;
    isGapped = false;
    // What is not trimmed now is trimmed after the next snapshot.
    await trim().catch(() => {});
  }

  async function appendNow() {
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    const name = LOG + next;
    try {
      await kv.set(name, seal.seal(name, JSON.stringify(batch.map(({ entry }) => entry))));
      next += 1;
      batch.forEach(({ resolve }) => resolve());
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }

  return {
    value: newest === null ? null : newest.value,
    entries: log.entries,
    get isGapped() {
      return isGapped;
    },
    /** Whether the log is long enough for a snapshot to be worth its time. */
    get isLong() {
      return next - start >= LOG_RECORDS_MAX;
    },
    /** Resolves when the entry is kept; rejects when it is not, and then nothing was written. */
    append(entry) {
      return new Promise((resolve, reject) => {
        queue.push({ entry, resolve, reject });
        inTurn(appendNow);
      });
    },
    /** `valueOf` is called when all earlier entries are kept; later ones stand in the log. */
    save: (valueOf) => inTurn(() => saveNow(valueOf)),
    settled: () => last.catch(() => {}),
  };
}
