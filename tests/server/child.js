// A server in a process of its own, to be killed: `node child.js FOLDER`. Prints its port.
import { readFileSync } from 'node:fs';
import { openDevelopmentShop } from '../../js/server/development.js';
import { serve } from '../../js/server/http.js';
import { testBook } from './book.js';

const [folder, settings = '{}', bookFile] = process.argv.slice(2);
const quiet = { info() {}, warn() {}, error: (what, more) => console.error(what, more) };
const { handle } = await openDevelopmentShop({ folder, log: quiet,
  book: bookFile ? readFileSync(bookFile) : testBook(), settings: JSON.parse(settings) });
const http = serve(handle);
http.server.listen(0, '127.0.0.1', () => console.log(http.server.address().port));
