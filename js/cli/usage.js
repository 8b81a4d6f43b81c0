// What the command line accepts. A command lists its own flags; anything else is wrong usage.
import { parseArgs } from 'node:util';

const verbs = `\
  suanpan quote   --book BOOK --request FILE|-    a request to a receipt
  suanpan explain --book BOOK --request FILE|-    the receipt, and why each rule and coupon counts
  suanpan estimate --book BOOK --request FILE|-   what up to 60 cards of a shelf cost (到手价)
  suanpan check   --book BOOK [--previous BOOK]   every error and warning of a book
  suanpan check stacking --book BOOK --rules ID,ID,...    which of up to 12 rules may act together
  suanpan share   --request FILE|-                an amount split over weights
  suanpan refund  --request FILE|-                what goes back of an order
  suanpan info                                    version and error codes of the engine
  suanpan replay  --book BOOK --orders FILE       what a log of orders would have paid
  suanpan simulate --old BOOK --new BOOK --orders FILE    who would pay more, who less, and why
  suanpan serve   --shop ID --data FOLDER         the server (js/server/README.md)
  suanpan admin ACTION --shop ID --data FOLDER    what its keeper does: root, publish (--file F),
                  grant, restock, offer, left, advance, refund, codes (--request FILE|-), recovery
  suanpan train   --orders FILE --out FILE [--bytes N] [--skip-bad] [--no-table]
                  [--quick]                       a model of recommendations from a log of orders
  suanpan rank    --model FILE --cases FILE [--history FILE] [--non-personal]
                                                  what a model would have shown, 20 goods a case

  suanpan keygen  --out KEY                       a new signing key; prints its name and public half
  suanpan root    --config FILE --sign KEY,... --out ROOT     root 1: {"shop", "expires": S|DATE,
                  "roles": {"root": {"keys": [PUB...], "threshold": N}, "book", "online",
                  "redeem"?}}
  suanpan rotate  --previous ROOT --config FILE --sign KEY,... --out ROOT     the next root
  suanpan sign    --file ROOT|SPB1 --sign KEY,... [--out FILE] [--root ROOT,...]
                                                  more signatures for a threshold; with --root it
                                                  is asked whether a book may have these keys
  suanpan publish --book BOOK --root ROOT,... --sign KEY,... --out SPB1 [--previous SPB1]
                  [--model FILE] [--days N] [--not-before S] [--audience PART=member|server,...]
                  [--embargo S] [--now S]    leaves out what starts later than S seconds from now
  suanpan recall  --book SPB1 --root ROOT,... --sign KEY,... --out SPB1 [--min-ver N]
  suanpan verify  --root ROOT,... [--book SPB1] [--checkpoint FILE] [--shop ID] [--now S]
  suanpan redeem verify --code CODE --root ROOT,... --store ID [--used FILE] [--now S]
  suanpan redeem settle --used FILE --url URL --till NAME     tells the server what a store took`;

const chain = `\
ROOT,... is the chain from root 1 on. Key files are readable by their owner alone, and nothing
prints a secret. src/sync/README.md tells what is signed.`;

const books = `\
BOOK is JSON or an SPB1 file; only verify asks who signed it. "-" is standard input.
  --engine wasm|wasm2js|native    which build of the engine runs (default wasm)`;

const log = `\
replay reads one order a line, gzipped or not, in one of two forms:
  order user day minute item:qty:price ...        the price is not used: the book's is;
                        order and user are any words, day and minute (0 to 1439) are numbers
  {"order", "member"?, "time"?, "lines": [{"sku", "qty"}...]}, or a whole request
and takes these besides (simulate too, but for --no-compare):
  --sku-prefix TEXT     put before the item number to make a SKU id
  --day0 YYYY-MM-DD     the date of day 0 in the book's time zone (default 1970-01-01)
  --now SECONDS         the time of orders that carry none (default: now)
  --wallet FILE         coupons for every order: [{"id", "rule"}...] or {"coupons": [...]}
  --member JSON         the member of orders that carry none: {"tier", "points"...}
  --address REGION      the region of orders that carry none
  --points max|N        points to use
  --jobs N              worker threads (default 1)
  --no-compare          do not price everything again with the native program
  --progress            show progress even when standard error is not a terminal
  --json                the figures as JSON
  --top N               simulate: how many of the largest differences are listed (default 10)
`;

const trained = `\
train reads the same logs, gzipped or not, and besides: CSV with a head line (order, sku, and if
known member, time, qty, price), and bare baskets (item item ...). --bytes is how large the model
may be (default 65536); --skip-bad leaves bad rows out instead of stopping at the first; --quick
tunes on the 1,000 most sold items instead of 4,000.`;

const ranked = `\
rank reads case TAB user TAB day TAB context items TAB targets, and writes case TAB ranked ids.`;

const ends = `\
Exit: 0 good, 1 the input was refused (the error as JSON on standard output), 2 wrong usage or
a file that can't be read.
`;

export const help = `suanpan: prices carts with the engine that runs on the phone

${verbs}

${chain}

${books}

${log}
${trained}
${ranked}

${ends}`;

// What is said of some commands besides what they take.
const notes = {
  root: chain, rotate: chain, sign: chain, publish: chain, recall: chain, verify: chain,
  replay: log, simulate: log, train: trained, rank: ranked,
};

/** The part of the help that is about one command. */
export function helpOf(command) {
  // An entry begins with its name and goes on in lines that are further in.
  const entries = verbs.split(/\n+(?= {2}suanpan )/)
    .filter((entry) => entry.startsWith(`  suanpan ${command} `));
  return [entries.join('\n'), ...(notes[command] ? [notes[command].trimEnd()] : []),
    ...(commands[command].flags.book ? [books] : []), ends].join('\n\n');
}

const text = { type: 'string' };
const flag = { type: 'boolean' };
const common = { engine: text, help: flag };

const commands = {
  quote: { flags: { book: text, request: text }, needed: ['book', 'request'] },
  explain: { flags: { book: text, request: text }, needed: ['book', 'request'] },
  estimate: { flags: { book: text, request: text }, needed: ['book', 'request'] },
  check: { flags: { book: text, previous: text }, needed: ['book'] },
  'check stacking': { flags: { book: text, rules: text }, needed: ['book', 'rules'] },
  share: { flags: { request: text }, needed: ['request'] },
  refund: { flags: { request: text }, needed: ['request'] },
  info: { flags: {}, needed: [] },
  keygen: { flags: { out: text }, needed: ['out'] },
  root: { flags: { config: text, sign: text, out: text }, needed: ['config', 'sign', 'out'] },
  rotate: {
    flags: { previous: text, config: text, sign: text, out: text },
    needed: ['previous', 'config', 'sign', 'out'],
  },
  sign: { flags: { file: text, sign: text, out: text, root: text }, needed: ['file', 'sign'] },
  publish: {
    flags: {
      book: text, root: text, sign: text, out: text, previous: text, model: text, days: text,
      'not-before': text, audience: text, embargo: text, now: text,
    },
    needed: ['book', 'root', 'sign', 'out'],
  },
  recall: {
    flags: { book: text, root: text, sign: text, out: text, 'min-ver': text, days: text },
    needed: ['book', 'root', 'sign', 'out'],
  },
  verify: {
    flags: { root: text, book: text, checkpoint: text, shop: text, now: text }, needed: ['root'],
  },
  'redeem verify': {
    flags: { code: text, root: text, store: text, used: text, now: text },
    needed: ['code', 'root', 'store'],
  },
  'redeem settle': {
    flags: { used: text, url: text, till: text }, needed: ['used', 'url', 'till'],
  },
  replay: {
    flags: {
      book: text, orders: text, wallet: text, member: text, address: text, points: text,
      'sku-prefix': text, day0: text, now: text, jobs: text, progress: flag, json: flag,
      'no-compare': flag,
    },
    needed: ['book', 'orders'],
  },
  simulate: {
    flags: {
      old: text, new: text, orders: text, wallet: text, member: text, address: text, points: text,
      'sku-prefix': text, day0: text, now: text, jobs: text, progress: flag, json: flag, top: text,
    },
    needed: ['old', 'new', 'orders'],
  },
  train: {
    flags: {
      orders: text, out: text, bytes: text, cases: text, 'skip-bad': flag, 'no-table': flag,
      quick: flag, progress: flag,
    },
    needed: ['orders', 'out'],
  },
  rank: {
    flags: { model: text, cases: text, history: text, 'non-personal': flag },
    needed: ['model', 'cases'],
  },
};

const shopFlags = { shop: text, data: text };
commands.serve = {
  flags: { ...shopFlags, port: text, host: text, login: text, origins: text, proxies: text },
  needed: ['shop', 'data'],
};
commands.admin = { flags: { ...shopFlags, file: text, request: text }, needed: ['shop', 'data'] };

export class UsageError extends Error {}

/** ['quote', '--book', …] → { command, options, action?, of? }; throws UsageError. */
export function parse(argv) {
  const two = argv.slice(0, 2).join(' ');
  const isOfTwo = argv.length > 1 && two.includes(' ') && Object.hasOwn(commands, two);
  const isAdmin = argv[0] === 'admin' && argv[1] !== undefined && !argv[1].startsWith('-');
  const [command, ...rest] = isOfTwo ? [two, ...argv.slice(2)]
    : isAdmin ? ['admin', ...argv.slice(2)] : argv;
  if (command === '--help' || command === 'help') return { command: 'help', options: {} };
  if (command === undefined) throw new UsageError('a command is needed');
  if (!Object.hasOwn(commands, command)) throw new UsageError(`no such command: ${command}`);
  const { flags, needed } = commands[command];
  let options;
  try {
    options = parseArgs({ args: rest, options: { ...common, ...flags } }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (options.help) return { command: 'help', options: {}, of: command };
  const missing = needed.find((name) => options[name] === undefined);
  if (missing) throw new UsageError(`${command} needs --${missing}`);
  const { engine = 'wasm' } = options;
  if (!['wasm', 'wasm2js', 'native'].includes(engine)) {
    throw new UsageError(`no such engine: ${engine}`);
  }
  return { command, options: { ...options, engine }, action: isAdmin ? argv[1] : undefined };
}

/** A whole number that a flag carries. */
export function wholeNumber(value, name, least, most = Infinity) {
  const number = /^[0-9]{1,15}$/.test(value) ? Number(value) : -1;
  if (number < least || number > most) {
    throw new UsageError(`--${name} needs a whole number from ${least}`
      + `${most === Infinity ? '' : ` to ${most}`}`);
  }
  return number;
}
