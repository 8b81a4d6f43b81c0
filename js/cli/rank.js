// `suanpan rank`: what a model would have shown, so that a merchant can judge it by his own orders.
//
// One case a line: case TAB user TAB day TAB context items TAB targets; the targets are not looked
// at. The answer is case TAB ranked ids, twenty each. With a history the user's orders of earlier
// days count as they would on his phone.
import { SuanpanError } from '../error.js';
import { limits } from '../generated/codes.js';
import { rawEngine } from './engines.js';
import { readBytes } from './files.js';
import { readLog } from './orders.js';
import { readPastOrders } from './past_orders.js';

const ranked = 20;
const noPast = [];

function caseOf({ number, text }) {
  const fields = text.split('\t');
  const [name, user, day, context] = fields;
  if (fields.length < 4 || !/^-?\d+$/.test(day)) {
    throw new SuanpanError('E_LOG_LINE', '',
      `line ${number}: not case TAB user TAB day TAB context items TAB targets`);
  }
  return { name, user, day: Number(day), cart: context.split(' ').filter((id) => id !== '') };
}

// Orders without a day are as old as their place in the log says: all of them are past. Member 0,
// or none, is nobody.
function pastsOf(path) {
  const pasts = new Map();
  for (const order of path === undefined ? [] : readPastOrders(path)) {
    if (!pasts.has(order.member)) pasts.set(order.member, []);
    pasts.get(order.member).push(order);
  }
  ['0', '', undefined].forEach((nobody) => pasts.delete(nobody));
  pasts.forEach((orders) => orders.sort((a, b) => (a.day || 0) - (b.day || 0)));
  return pasts;
}

function historyOf(orders, day) {
  const past = orders.filter((order) => order.day === null || order.day < day);
  return {
    count: past.length,
    orders: past.slice(-limits.history_orders_max).map(({ day: on, skus }) =>
      (on === null ? { skus } : { day: on, skus })),
  };
}

export async function rank({ model, cases, history, engine, 'non-personal': nonPersonal }, print) {
  const run = await rawEngine(engine);
  const ask = (verb, value, where = '') => {
    const { status, reply } = run(verb, value);
    const answer = JSON.parse(reply.toString());
    if (status < 0) throw new SuanpanError(answer.code, answer.path, where + answer.message);
    return answer;
  };
  ask('sp_model_load', readBytes(model));
  const pasts = pastsOf(history);
  let isLoaded = false;
  for (const line of readLog(cases)) {
    const { name, user, day, cart } = caseOf(line);
    const past = historyOf(pasts.get(user) || noPast, day);
    if (past.count > 0 || isLoaded) {
      ask('sp_history', Buffer.from(JSON.stringify(past)));
      isLoaded = past.count > 0;
    }
    const request = {
      count: ranked, cart: cart.slice(0, limits.lines_max), non_personal: nonPersonal === true,
    };
    const { items } = ask('sp_recommend', Buffer.from(JSON.stringify(request)),
      `line ${line.number}: `);
    print(`${name}\t${items.map(({ sku }) => sku).join(' ')}\n`);
  }
}
