// A server in a process of its own, to be killed: `node child.js FOLDER SETTINGS`. Prints its port.
import { openDevelopmentShop } from '../../js/server/development.js';
import { testBook } from './book.js';

const [folder, settings = '{}'] = process.argv.slice(2);
const quiet = { info() {}, warn() {}, error: (what, more) => console.error(what, more) };
const { listen } = await openDevelopmentShop({ folder, log: quiet,
  book: testBook(), settings: JSON.parse(settings) });
console.log((await listen({ port: 0, host: '127.0.0.1' })).port);
// A profile, where one is asked for, is written at an ordinary end.
process.once('SIGTERM', () => process.exit(0));
