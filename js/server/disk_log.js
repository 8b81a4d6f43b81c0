// When commits are on the disk. SQLite writes a commit into its log and doesn't wait for the disk
// (`synchronous = NORMAL`); here the log is synced beside the event loop, so that the next jobs run
// while the disk works, and one sync serves all commits that were written before it began. Whoever
// answers waits for it: what was answered survives a crash, as with `synchronous = FULL`.
//
// The log is one file for all processes, and it is there as long as one of them has the database
// open. Checkpoints sync it by themselves before they move its pages.
//
// A disk that has failed once may have dropped what it was to keep and say nothing of it the next
// time: from then on everything is refused, until the server is started anew.
import { closeSync, fdatasync, fdatasyncSync, openSync, realpathSync } from 'node:fs';

/** For a database without a file: nothing to wait for. */
export const noLog = Object.freeze({
  spent: { syncs: 0, syncNs: 0n }, isBusy: () => false, check() {},
  whenSynced: (tell) => tell(null), syncNow() {}, close() {},
});

/** The log of the database of this path, which must be open. sync: in the place of the disk. */
export function openDiskLog(path, sync = fdatasync) {
  const file = openSync(`${realpathSync(path)}-wal`, 'r+');
  const spent = { syncs: 0, syncNs: 0n };
  let waiting = [];
  let isSyncing = false;
  let isClosed = false;
  let failure = null;

  function begin() {
    const told = waiting;
    waiting = [];
    isSyncing = true;
    const start = process.hrtime.bigint();
    sync(file, (error) => {
      spent.syncs += 1;
      spent.syncNs += process.hrtime.bigint() - start;
      isSyncing = false;
      failure ||= error;
      if (waiting.length > 0) begin();
      else if (isClosed) closeSync(file);
      told.forEach((tell) => tell(failure));
    });
  }

  return {
    spent,
    isBusy: () => isSyncing,
    /** Throws what the disk has failed with. */
    check() {
      if (failure) throw failure;
    },
    /** Calls tell(error or null) when all that was committed before is on the disk. */
    whenSynced(tell) {
      waiting.push(tell);
      if (!isSyncing) begin();
    },
    /** Waits for all that was committed before. */
    syncNow() {
      try {
        if (!failure) fdatasyncSync(file);
      } catch (error) {
        failure = error;
      }
      if (failure) throw failure;
    },
    /** What waits is still told. */
    close() {
      isClosed = true;
      if (!isSyncing) closeSync(file);
    },
  };
}
