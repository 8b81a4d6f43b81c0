// The details of the order being made, as setOrder takes them. They are kept, and a kept one that
// the engine refuses would cost the cart its price until another takes its place: so they are
// looked at before. Details that neither engine nor server knows are the shop's own.
import { limits } from '../generated/codes.js';
import { j0Text } from '../sync/j0.js';
import { checkList, checkMembers, checkNumber, checkText, refuse } from './arguments.js';

const checkTime = (value, path) => checkNumber(value, path, 0, Number.MAX_SAFE_INTEGER);

function checkGood(good, names, path) {
  checkMembers(good, names, path);
  checkText(good.rule, `${path}/rule`);
  checkText(good.sku, `${path}/sku`);
  if (good.qty !== undefined) checkNumber(good.qty, `${path}/qty`, 1, limits.qty_max);
}

const checks = {
  fulfilment(value, path) {
    if (value !== 'delivery' && value !== 'pickup') refuse(path, 'delivery or pickup is expected');
  },
  address(value, path) {
    checkMembers(value, null, path);
    checkText(value.region, `${path}/region`);
  },
  store: checkText,
  channel: checkText,
  payer: checkText,
  pay_at: checkTime,
  fulfil_at: checkTime,
  use(value, path) {
    checkMembers(value, ['add_ons', 'gifts'], path);
    checkList(value.add_ons || [], `${path}/add_ons`, limits.lines_max,
      (good, at) => checkGood(good, ['rule', 'sku', 'qty'], at));
    checkList(value.gifts || [], `${path}/gifts`, limits.rules_max,
      (good, at) => checkGood(good, ['rule', 'sku'], at));
  },
};

function checkDetail(name, value) {
  const path = `/${name}`;
  if (Object.prototype.hasOwnProperty.call(checks, name)) checks[name](value, path);
  try {
    j0Text(value);
  } catch (error) {
    refuse(path, error.message);
  }
}

/**
 * What setOrder is given, looked at: E_ARGS with its path. What is undefined is null then, because
 * words between tabs know no undefined.
 */
export function detailsFrom(given) {
  checkMembers(given, null, '');
  return Object.keys(given).reduce((all, name) => {
    const { [name]: value = null } = given;
    if (value !== null) checkDetail(name, value);
    return { ...all, [name]: value };
  }, {});
}

/** The details that are kept after what was `said`: what is null there is cleared. */
export function withDetails(kept, said) {
  const details = { ...kept, ...said };
  Object.keys(said).filter((name) => said[name] === null).forEach((name) => delete details[name]);
  return details;
}
