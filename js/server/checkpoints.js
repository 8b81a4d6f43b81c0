// Moving what is in the log into the database, which keeps the disk busy for a while: a thread of
// its own does that, so that nobody waits for it.
//
// The log begins anew with the first commit that finds all of it moved. Under load there is always
// one that came meanwhile, and the log would grow for ever: where it has become long, what is left
// after the thread's work, which is little, is moved here.
import { Worker } from 'node:worker_threads';

// After how many jobs the thread is started, and after how many it is asked; from how many pages on
// the log is long.
const FIRST_JOBS = 200;
const JOBS = 2000;
const PAGES_MAX = 8000;

/** For the connection of the store: { worked(jobs), close }. path: null where there is no file. */
export function openCheckpoints(database, path) {
  let worker = null;
  let isWorking = false;
  let hasFallen = false;
  let jobs = 0;

  // Without the thread SQLite does it by itself, behind a commit.
  const fall = () => {
    worker = null;
    hasFallen = true;
    if (database.open) database.pragma(`wal_autocheckpoint = ${PAGES_MAX}`);
  };

  function start() {
    worker = new Worker(new URL('./checkpoint_worker.js', import.meta.url), { workerData: path });
    worker.on('error', fall);
    worker.on('message', (pages) => {
      isWorking = false;
      if (!database.open || pages <= PAGES_MAX) return;
      try {
        database.pragma('wal_checkpoint(PASSIVE)');
      } catch {
        // What is committed is safe in the log. SQLite doesn't let a commit fail for this, either.
        fall();
      }
    });
    worker.unref();
    database.pragma('wal_autocheckpoint = 0');
  }

  database.pragma(`wal_autocheckpoint = ${PAGES_MAX}`);
  return {
    /** So many jobs were committed. */
    worked(n) {
      jobs += n;
      if (path === null || isWorking) return;
      if (worker === null && !hasFallen && jobs >= FIRST_JOBS) start();
      if (worker === null || jobs < JOBS) return;
      jobs = 0;
      isWorking = true;
      worker.postMessage(null);
    },
    close() {
      if (worker !== null) worker.terminate();
    },
  };
}
