// The parts of a receipt that only some features bring. Each stands as soon as the engine or the
// oracle has something to say there.

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const sorted = (object = {}) =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

function isEmpty(value) {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const NAMES = ['growth', 'cards', 'bonus', 'commission', 'lots', 'mall', 'tender', 'tier'];

/** Of an option that is still to take, in any order. */
const openAddOns = (entries = []) => entries.map((entry) => JSON.stringify(sorted(entry))).sort();

/**
 * @param features names of what the engine has built
 * @returns differences as strings
 */
export function moreDifferences(engine, oracle, features) {
  const found = [];
  const check = (name, ours, theirs) => {
    if ((isEmpty(ours) && isEmpty(theirs)) || same(ours, theirs)) return;
    found.push(`${name}: engine ${JSON.stringify(ours)}, oracle ${JSON.stringify(theirs)}`);
  };
  for (const name of NAMES) {
    const [ours, theirs] = [engine[name], oracle[name]];
    if (typeof theirs === 'number') check(name, ours, theirs);
    else check(name, sorted(ours ?? {}), sorted(theirs ?? {}));
  }
  const parties = (funded = {}) =>
    Object.entries(sorted(funded)).map(([name, parts]) => [name, sorted(parts)]);
  oracle.lines.forEach((line, i) => {
    if (line.state !== 'priced') return;
    check(`lines[${i}].tax`, engine.lines[i]?.tax ?? 0, line.tax);
    check(`lines[${i}].funded`, parties(engine.lines[i]?.funded), parties(line.funded));
  });
  const feeOf = ({ cuts, funded, ...fee }) => ({
    ...fee,
    cuts: sorted(cuts),
    funded: parties(funded)
  });
  check('fees', engine.fees?.map(feeOf), oracle.fees.map(feeOf));
  check('add_ons', openAddOns(engine.addOns?.open), openAddOns(oracle.addOns.open));
  check('ADD_ON_LOST', engine.addOns?.lost ?? [], oracle.addOns.lost);
  check('told', engine.told ?? [], oracle.told);
  check('pay_options', sorted(engine.payOptions), sorted(oracle.payOptions));
  check('best', engine.best, oracle.best);
  // Every picked coupon is an assumption, so carts of `base` have some too.
  if (features.includes('tax')) check('assumes', engine.assumes, oracle.assumes);
  return found;
}
