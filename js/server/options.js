// What a server is started with, looked at before anything is opened: a named error with the path
// of the option. A limit that was misspelt or is out of its range is refused, never moved in
// silence.
import { refuse } from '../error.js';
import { optionsFrom } from '../options.js';
import { isCartOp } from '../shop/cart.js';
import { effects } from './ops.js';
import { kinds } from './takings.js';

const tenantForm = /^[a-z0-9_-]{1,64}$/;
const YEAR_S = 366 * 86400;

const count = (least, most) => ({ least, most, isWhole: true });
const rate = { least: 0, most: 1e9, isWhole: false };
const burst = { least: 1, most: 1e9, isWhole: false };

const rates = ['device', 'address', 'login', 'pricing', 'codes', 'shares', 'handovers'];
// A till refuses a code that is good for longer (src/sync/README.md, section 8).
const ranges = {
  freshS: count(1, YEAR_S), payWithinS: count(1, YEAR_S), openOrders: count(1, 1e6),
  quoteThreads: count(1, 64), quoteMs: count(1, 60000), shareS: count(1, 10 * YEAR_S),
  redeemS: count(1, 300), settleWithinS: count(0, YEAR_S),
  ...Object.fromEntries(rates.flatMap((name) =>
    [[`${name}PerSecond`, rate], [`${name}Burst`, burst]])),
};

function checkNumber(value, { least, most, isWhole }, path) {
  const isNumber = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isNumber) refuse('E_TYPE', `a ${isWhole ? 'whole ' : ''}number is expected`, path);
  if (value < least || value > most) refuse('E_RANGE', `from ${least} to ${most}`, path);
}

function checkSettings(settings = {}) {
  optionsFrom(settings, {}, '/settings');
  Object.entries(settings).forEach(([name, value]) => {
    if (!Object.hasOwn(ranges, name)) refuse('E_FIELD', 'no such setting', `/settings/${name}`);
    checkNumber(value, ranges[name], `/settings/${name}`);
  });
}

// A play may add kinds and operations; those of the server are the server's.
function checkPlay(play, path) {
  optionsFrom(play, { object: 'steps? kinds? effects?', function: 'takingsOf?' }, path);
  Object.entries(play.kinds || {}).forEach(([name, kind]) => {
    if (Object.hasOwn(kinds, name)) {
      refuse('E_CONFLICT', `${name} is the server's own`, `${path}/kinds/${name}`);
    }
    optionsFrom(kind, { function: 'take giveBack' }, `${path}/kinds/${name}`);
  });
  Object.entries(play.effects || {}).forEach(([name, effect]) => {
    if (isCartOp(name) || Object.hasOwn(effects, name)) {
      refuse('E_CONFLICT', `${name} is the server's own`, `${path}/effects/${name}`);
    }
    optionsFrom({ effect }, { function: 'effect' }, `${path}/effects/${name}`);
  });
}

function checkPlays(plays = []) {
  if (!Array.isArray(plays)) refuse('E_TYPE', 'a list is expected', '/plays');
  plays.forEach((play, i) => checkPlay(play, `/plays/${i}`));
}

/** Of openStoreOf: as much as the keeper's tools need. */
export function checkStoreOptions(options) {
  optionsFrom(options, { string: 'shop data secret?', function: 'clock?' });
  if (!tenantForm.test(options.shop)) {
    refuse('E_ID', 'a shop is 1 to 64 of a-z, 0-9, _ and -', '/shop');
  }
  if (options.data === '') refuse('E_REQUIRED', 'a folder, or :memory:', '/data');
  checkPlays(options.plays);
}

/** Of openShop. */
export function checkShopOptions(options) {
  checkStoreOptions(options);
  optionsFrom(options, { object: 'login gateway? log?' });
  const { login, gateway, log, settings } = options;
  optionsFrom(login, { string: 'provider', function: 'identify userKey?' }, '/login');
  if (gateway) optionsFrom(gateway, { function: 'askToPay readNotice' }, '/gateway');
  if (log) optionsFrom(log, { function: 'info warn error' }, '/log');
  checkSettings(settings);
}

/** Of openServer and startServer, besides. */
export function checkServerOptions(options) {
  optionsFrom(options, { object: 'origins?', boolean: 'jobs?', string: 'host?' });
  const { origins = [], proxies = 0, port = 0 } = options;
  const isList = Array.isArray(origins) && origins.every((one) => typeof one === 'string');
  if (!isList) refuse('E_TYPE', 'a list of origins is expected', '/origins');
  checkNumber(proxies, count(0, 100), '/proxies');
  checkNumber(port, count(0, 65535), '/port');
}
