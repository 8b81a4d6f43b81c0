// The store: SQLite in one file (write-ahead log), and transactions that share a commit.
//
// Jobs that arrive in neighbouring turns of the event loop run one after the other and are
// committed together: a commit waits as long as each turn brings further jobs, and some turns at
// most, for the disk costs the same for one and for many. It takes no more than JOBS_MAX, so that
// the next ones run while the disk works on it; a single sync serves all commits that wait for one.
// Fewer than JOBS_LOAD wait for the disk first: nobody could be answered sooner. Promises are kept
// when the bytes are on the disk (disk_log.js), so whatever was answered survives a crash.
//
// What is read, in a job or beside it, may be on its way to the disk. A job's own answer waits for
// that too; who answers what he has read beside a job calls `settle` first.
//
// A job is synchronous and does all of its reading and writing through the `tx` it is given; what
// it throws undoes that job alone. Few throw after they have written, and a savepoint for each
// costs time: so they run without, and where one does the turn is undone and run once more with a
// savepoint for each. A job may thus be run twice, but only one of the two has happened.
//
// There is one writing process. The SQL is portable: no statement trusts what an earlier one has
// read, each guard is one conditional UPDATE whose row count is looked at.
import { createRequire } from 'node:module';
import { openCheckpoints } from './checkpoints.js';
import { noLog, openDiskLog } from './disk_log.js';
import { Refused } from './refused.js';
import { steps } from './schema.js';

const JOBS_MAX = 16;
const JOBS_LOAD = 8;
const TURNS_MAX = 16;

function openDatabase(path) {
  let Database;
  try {
    Database = createRequire(import.meta.url)('better-sqlite3');
  } catch (cause) {
    throw new Error('suanpan/server needs better-sqlite3: npm install better-sqlite3', { cause });
  }
  const database = new Database(path, { timeout: 5000 });
  // A commit writes whole pages, and most of them for one row of a member each: small ones cost
  // least, though a row with a receipt takes two.
  database.pragma('page_size = 4096');
  database.pragma('journal_mode = WAL');
  // Of commits; checkpoints wait for the disk.
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma('cache_size = -65536');
  // What a savepoint would undo stays in memory.
  database.pragma('temp_store = MEMORY');
  return database;
}

function migrate(database, steps, nowMs) {
  database.exec('CREATE TABLE IF NOT EXISTS migration '
    + '(name TEXT PRIMARY KEY, at_ms BIGINT NOT NULL)');
  const done = new Set(database.prepare('SELECT name FROM migration').all().map((row) => row.name));
  for (const [name, step] of steps.filter(([known]) => !done.has(known))) {
    database.transaction(() => {
      if (typeof step === 'string') database.exec(step);
      else step(handleOf(database));
      database.prepare('INSERT INTO migration (name, at_ms) VALUES (?, ?)').run(name, nowMs);
    }).immediate();
  }
}

// The table that a statement writes to, '' for none, '*' where it isn't seen.
const target = /^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+(\w+)/i;
const tableOf = ({ source, readonly }) => (readonly ? '' : (target.exec(source) || [, '*'])[1]);

// What a job may do. `must` is the guard: a row count other than 1 refuses with its code.
function handleOf(database) {
  const prepared = new Map();
  // What the job that runs has written and not undone, and to which tables it wrote at all.
  const written = { isDirty: false, tables: new Set() };
  const statement = (sql) => {
    let known = prepared.get(sql);
    if (!known) {
      const fresh = database.prepare(sql);
      known = { statement: fresh, table: tableOf(fresh) };
      prepared.set(sql, known);
    }
    if (known.table !== '') {
      written.isDirty = true;
      written.tables.add(known.table);
    }
    return known.statement;
  };
  const run = (sql, ...values) => statement(sql).run(...values).changes;
  return {
    run,
    written,
    get: (sql, ...values) => statement(sql).get(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    must(code, sql, ...values) {
      if (run(sql, ...values) !== 1) throw new Refused(code);
    },
    /** Runs work; what it throws is passed on after its writes are undone. */
    savepoint(work) {
      const { isDirty } = written;
      run('SAVEPOINT inner_work');
      try {
        const value = work();
        run('RELEASE inner_work');
        return value;
      } catch (error) {
        run('ROLLBACK TO inner_work');
        run('RELEASE inner_work');
        written.isDirty = isDirty;
        throw error;
      }
    },
  };
}

/**
 * path: a file, or ':memory:'. clock: () => ms. more: steps of plays, after those of schema.js.
 * logOf: disk_log.js, or what a test puts in its place.
 */
export function openStore(path, clock = Date.now, more = [], logOf = openDiskLog) {
  const database = openDatabase(path);
  migrate(database, [...steps, ...more], clock());
  const isFile = path !== ':memory:';
  const log = isFile ? logOf(path) : noLog;
  const checkpoints = openCheckpoints(database, isFile ? path : null);
  const tx = handleOf(database);
  const spent = { busyNs: 0n, commitNs: 0n, commits: 0, jobs: 0, log: log.spent };
  let waiting = [];
  let isGathering = false;
  let isClosed = false;

  function runJob(job, isCareful) {
    try {
      return { value: isCareful ? tx.savepoint(() => job(tx)) : job(tx) };
    } catch (error) {
      return { error };
    }
  }

  // The outcomes of all jobs in one transaction, or null where one has left something half done.
  function runJobs(jobs, isCareful) {
    const outcomes = [];
    tx.run('BEGIN IMMEDIATE');
    for (const { job } of jobs) {
      tx.written.isDirty = false;
      tx.written.tables.clear();
      const outcome = runJob(job, isCareful);
      if (outcome.error && tx.written.isDirty && !isCareful) {
        tx.run('ROLLBACK');
        return null;
      }
      outcomes.push(outcome);
    }
    return outcomes;
  }

  function gather(count, turns) {
    if (waiting.length > count && waiting.length < JOBS_MAX && turns < TURNS_MAX) {
      setImmediate(gather, waiting.length, turns + 1);
      return;
    }
    isGathering = false;
    if (waiting.length >= JOBS_LOAD || !log.isBusy()) flush();
  }

  function beginGathering() {
    if (isGathering || waiting.length === 0) return;
    isGathering = true;
    setImmediate(gather, 0, 0);
  }

  function flush() {
    if (isClosed) return;
    const jobs = waiting.slice(0, JOBS_MAX);
    waiting = waiting.slice(JOBS_MAX);
    beginGathering();
    if (jobs.length === 0) return;
    const start = process.hrtime.bigint();
    let outcomes;
    try {
      log.check();
      outcomes = runJobs(jobs, false) || runJobs(jobs, true);
      const ran = process.hrtime.bigint();
      tx.run('COMMIT');
      spent.commitNs += process.hrtime.bigint() - ran;
    } catch (error) {
      if (database.inTransaction) tx.run('ROLLBACK');
      jobs.forEach(({ reject }) => reject(error));
      return;
    }
    spent.busyNs += process.hrtime.bigint() - start;
    spent.commits += 1;
    spent.jobs += jobs.length;
    checkpoints.worked(jobs.length);
    log.whenSynced((failure) => {
      jobs.forEach(({ resolve, reject }, i) => {
        const error = failure || outcomes[i].error;
        if (error) reject(error);
        else resolve(outcomes[i].value);
      });
      beginGathering();
    });
  }

  return {
    spent,
    /** Runs job(tx) in a transaction; resolves when it is on the disk. */
    transact(job) {
      if (isClosed) return Promise.reject(new Error('the store is closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        if (waiting.length === 1 || waiting.length === JOBS_LOAD) beginGathering();
      });
    },
    /** Reads outside of any transaction. */
    read: (job) => job({ get: tx.get, all: tx.all }),
    /** Throws what the disk has failed with, if it has. */
    check: () => log.check(),
    /** Waits until all that could be read is on the disk. */
    settle: () => log.syncNow(),
    close() {
      while (waiting.length > 0) flush();
      isClosed = true;
      checkpoints.close();
      log.close();
      database.close();
    },
  };
}
