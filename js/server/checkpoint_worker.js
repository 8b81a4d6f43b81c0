// Moves what is in the log into the database, in a thread of its own: every message asks for it
// once and is answered with how many pages the log has.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const Database = createRequire(import.meta.url)('better-sqlite3');
const database = new Database(workerData, { timeout: 5000, fileMustExist: true });
database.pragma('synchronous = NORMAL');

parentPort.on('message', () => {
  const [{ log }] = database.pragma('wal_checkpoint(PASSIVE)');
  parentPort.postMessage(log);
});
