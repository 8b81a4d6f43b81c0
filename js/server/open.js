// Opens a server: everything that one shop needs, with or without a port of its own.
import { answering } from './answers.js';
import { crossCheck } from './cross_check.js';
import { handler } from './http.js';
import { startJobs } from './jobs.js';
import { listen } from './listener.js';
import { checkServerOptions } from './options.js';
import { openQuotePool } from './quote_pool.js';
import { routesOf } from './routes.js';
import { openShop } from './shop.js';

/**
 * The server without a port of its own, for those that have one: { handle(request, response),
 * listen({ port, host }): a port with a thread of its own, shop, close }. options: those of
 * openShop, origins? (CORS), proxies? (how many stand in front), jobs? (false: somebody else does
 * what jobs.js does by time).
 */
export async function openServer(options) {
  checkServerOptions(options);
  const shop = await openShop(options);
  const pool = openQuotePool({ shop: shop.tenant, book: () => shop.books.current(),
    threads: shop.settings.quoteThreads, quoteMs: shop.settings.quoteMs });
  await crossCheck(shop);
  const current = shop.books.current();
  if (current) await shop.engines.ready(current);
  const { spent } = shop.store;
  shop.metrics.gauge('suanpan_store_commits', () => spent.commits);
  shop.metrics.gauge('suanpan_store_jobs', () => spent.jobs);
  shop.metrics.gauge('suanpan_store_busy_seconds', () => Number(spent.busyNs) / 1e9);
  shop.metrics.gauge('suanpan_store_commit_seconds', () => Number(spent.commitNs) / 1e9);
  shop.metrics.gauge('suanpan_store_syncs', () => spent.log.syncs);
  shop.metrics.gauge('suanpan_store_sync_seconds', () => Number(spent.log.syncNs) / 1e9);
  shop.metrics.gauge('process_cpu_seconds_total', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  shop.metrics.gauge('process_resident_memory_bytes', () => process.memoryUsage.rss());
  const { origins = [], proxies = 0, jobs = true } = options;
  const stopJobs = jobs ? startJobs(shop) : () => {};
  const answer = answering(routesOf(shop, { pool }), shop);
  return {
    shop,
    handle: handler(answer, { origins, proxies }),
    listen: ({ port, host }) => listen(answer, { port, host, origins, proxies }),
    async close() {
      stopJobs();
      await pool.close();
      shop.store.close();
      shop.engines.close();
    },
  };
}

/** The server on a port (0: any free one): { url, port, shop, close }. */
export async function startServer(asked) {
  checkServerOptions(asked);
  const { port = 8787, host = '127.0.0.1', ...options } = asked;
  const { listen: listenOn, shop, close } = await openServer(options);
  let http;
  try {
    http = await listenOn({ port, host });
  } catch (error) {
    await close();
    throw error;
  }
  const name = host.includes(':') ? `[${host}]` : host;
  shop.log.info('listening', { host, port: http.port, shop: shop.tenant });
  return {
    url: `http://${name}:${http.port}`,
    port: http.port,
    shop,
    async close() {
      await http.close();
      await close();
    },
  };
}
