// What stands beside the server in `npm run bench:server`: node:http alone. It reads a body and
// answers a text of so many bytes; where a file is named, the body is put into a table first, with
// the commits and syncs of the server itself, one row each: `node bare.js BYTES [FILE]`. Prints its
// port.
import { createServer } from 'node:http';
import { openStore } from '../../js/server/store.js';

const [size, file] = process.argv.slice(2);
const answer = 'x'.repeat(Number(size));
const table = 'CREATE TABLE bare (n INTEGER PRIMARY KEY, body TEXT NOT NULL)';
const store = file ? openStore(file, Date.now, [['bare', table]]) : null;

const insert = (body) => store.transact((tx) => tx.run('INSERT INTO bare (body) VALUES (?)', body));

// The names are the server's own.
function metrics() {
  const { user, system } = process.cpuUsage();
  const lines = [`process_cpu_seconds_total ${(user + system) / 1e6}`];
  if (store) {
    const { commits, commitNs, log } = store.spent;
    lines.push(`suanpan_store_commits ${commits}`,
      `suanpan_store_commit_seconds ${Number(commitNs) / 1e9}`, `suanpan_store_syncs ${log.syncs}`,
      `suanpan_store_sync_seconds ${Number(log.syncNs) / 1e9}`);
  }
  return lines.join('\n');
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString('utf8');
    if (store && body) await insert(body);
    const text = request.url === '/metrics' ? metrics() : answer;
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8',
      'content-length': text.length });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.once('SIGTERM', () => process.exit(0));
