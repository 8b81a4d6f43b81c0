// One member's data on this phone: kept records, and the only place that writes them.
//
// Every change is an entry of the log first (js/shop/outbox.js says what each does); what a reply
// of the server changes goes into a snapshot. Name spaces are shop + member, so what one member
// did never goes out under another. Visitors have the name space of the shop alone.
import { dataOf, entered, freshData, isKnown, storedOf } from './outbox.js';
import { deviceSeal, openRecords, plainSeal } from './records.js';

// Request numbers are kept in blocks: they only have to rise, and a full store must not end sync.
const COUNT_BLOCK = 64;

/** device: { keys, dev, epoch, member, transcript } of an enrolment, or null for a visitor. */
export async function openSession({ kv, sync, device, isReader = false }) {
  const seal = device === null ? plainSeal : deviceSeal(sync, device.keys);
  const records = await openRecords(kv, seal);
  let data = records.entries.reduce(entered,
    records.value === null ? freshData() : dataOf(records.value));
  if (records.value === null && device !== null) data = { ...data, head: device.transcript };
  let count = data.count;
  // What stands again where a change of it can't be kept.
  const kept = { order: data.order, intent: data.intent };
  const keptNames = Object.keys(kept);

  const session = {
    device,
    get data() {
      return data;
    },
    /** Changes what is known without keeping it: the server can say it again. */
    learn(next) {
      keptNames.filter((name) => next[name] !== data[name]).forEach((name) => {
        kept[name] = next[name];
      });
      data = next;
    },
    /** Shows an entry at once and keeps it; an order or intent that can't be kept is taken back. */
    async enter(entry) {
      data = entered(data, entry);
      try {
        await records.append(entry);
      } catch (error) {
        keptNames.filter((name) => data[name] === entry[name]).forEach((name) => {
          data = { ...data, [name]: kept[name] };
        });
        throw error;
      }
      Object.assign(kept, entry);
      if (records.isLong) session.save().catch(() => {});
    },
    /** An operation that is on the screen before it is kept, and sent only after. */
    async enterOp(op) {
      if (isKnown(data, op)) return;
      data = { ...data, pending: [...data.pending, { ...op, isKept: false, isSent: false }] };
      const mark = (change) => {
        data = { ...data, pending: data.pending.reduce((all, one) =>
          (one.u === op.u ? all.concat(change(one)) : all.concat(one)), []) };
      };
      try {
        await records.append({ op: op.text });
      } catch (error) {
        mark(() => []);
        throw error;
      }
      mark((one) => ({ ...one, isKept: true }));
      if (records.isLong) session.save().catch(() => {});
    },
    markSent(sent) {
      const uids = sent.map(({ u }) => u);
      data = { ...data, pending: data.pending.map((one) =>
        (uids.indexOf(one.u) < 0 ? one : { ...one, isSent: true })) };
    },
    /** The next request number; it is kept before anything goes out under it. */
    async nextCount() {
      count += 1;
      if (count > data.count) await session.enter({ count: count + COUNT_BLOCK });
      return count;
    },
    /** The server has seen higher numbers than this phone remembers. */
    raiseCount(seen) {
      count = Math.max(count, seen);
    },
    save: () => records.save(() => storedOf({ ...data, count: Math.max(data.count, count) })),
    settled: records.settled,
  };
  // Another tab writes; this one only shows what it finds.
  if (records.isGapped && !isReader) await session.save();
  return session;
}

const KEY = 'key';

export async function readDevice(kv) {
  try {
    return JSON.parse(await kv.get(KEY));
  } catch (error) {
    // A key that can't be read is gone; the phone enrols anew.
    return null;
  }
}

/**
 * A member's name space under new keys, with all that was pending in it and what a visitor did
 * before: chained from number 1 on, under the same uids. The snapshot is written before the key
 * that opens it, and the older one stays until then, so a crash leaves one of the two whole.
 * known: what holds of the shop whoever the member is (time, freshness, the book in force).
 */
export async function adoptDevice({ kv, sync, device, visitor, known }) {
  const before = await readDevice(kv);
  const old = before === null ? freshData()
    : (await openSession({ kv, sync, device: before })).data;
  const texts = old.pending.concat(visitor.pending).map(({ text }) => text);
  const data = texts.reduce((now, op) => entered(now, { op }), {
    ...freshData(), head: device.transcript, base: old.base, tray: old.tray, intent: old.intent,
    order: { ...old.order, ...visitor.order }, recovery: old.recovery, ...known,
  });
  const records = await openRecords(kv, deviceSeal(sync, device.keys));
  await records.save(() => storedOf(data));
  await kv.set(KEY, JSON.stringify(device), { secret: true });
  return openSession({ kv, sync, device });
}
