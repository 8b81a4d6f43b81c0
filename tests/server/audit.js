// The invariants of the tables, computed from the rows alone: what must hold at every commit,
// whoever wrote what in which order. Returns the broken ones as sentences.
//
// Numbers are those of the list that the protocol was designed with: 1 points and ledger, 2 lots,
// 3 stock, 4 coupons of orders, 5 quotas, 6 uids, 7 numbers of a device, 8 chains, 16 charges,
// 18 signs, 23 payments, 24 what was taken or given goes back once.
import { createHash } from 'node:crypto';

const sum = (values) => values.reduce((total, value) => total + value, 0);

function checkPoints(read, broken) {
  for (const { member, points } of read('SELECT member, points FROM member')) {
    const deltas = read('SELECT delta FROM ledger WHERE member = ?', member);
    const lots = read('SELECT left_n FROM points_lot WHERE member = ?', member);
    if (sum(deltas.map(({ delta }) => delta)) !== points) broken.push(`1: ledger of ${member}`);
    if (sum(lots.map(({ left_n: n }) => n)) !== points) broken.push(`2: lots of ${member}`);
    if (points < 0) broken.push(`1: points of ${member} below 0`);
  }
}

// restocked: { sku: n } that was put in by hand, where the caller knows it.
function checkStock(read, broken, restocked) {
  const held = {};
  read("SELECT name, n, more FROM taking WHERE kind = 'stock'").forEach(({ n, more }) => {
    const { sku, taken } = JSON.parse(more);
    // A good without stock is not counted: nothing was taken of it.
    const counted = sum(taken.map(([, some]) => some));
    if (counted !== 0 && counted !== n) broken.push(`3: ${sku} holds ${counted} of ${n}`);
    held[sku] = (held[sku] || 0) + counted;
  });
  Object.entries(restocked).forEach(([sku, n]) => {
    const left = sum(read('SELECT left_n FROM stock WHERE sku = ?', sku).map((row) => row.left_n));
    if (left + (held[sku] || 0) !== n) broken.push(`3: ${sku} has ${left} + ${held[sku]} of ${n}`);
  });
}

function checkCoupons(read, broken) {
  const active = read("SELECT t.member, t.name FROM taking t WHERE t.kind = 'coupon' AND t.n > 0");
  const names = active.map(({ member, name }) => `${member}/${name}`);
  if (new Set(names).size !== names.length) broken.push('4: a coupon is in two orders');
  const redeemed = (state) => read('SELECT member, coupon FROM redemption WHERE state = ?', state)
    .map(({ member, coupon }) => `${member}/${coupon}`);
  const [atTills, open] = [redeemed('used'), redeemed('open')];
  const all = [...names, ...atTills, ...open];
  if (new Set(all).size !== all.length) broken.push('4: a coupon is in an order and at a till');
  const taken = read("SELECT member, coupon, state FROM coupon WHERE state IN ('used', 'held')");
  taken.forEach(({ member, coupon, state }) => {
    const places = state === 'held' ? open : [...names, ...atTills];
    const isThere = places.includes(`${member}/${coupon}`);
    if (!isThere) broken.push(`4: ${coupon} is ${state} by nobody`);
  });
  const held = taken.filter(({ state }) => state === 'held').map((row) =>
    `${row.member}/${row.coupon}`);
  if (open.some((name) => !held.includes(name))) broken.push('4: a code is open for no coupon');
  read('SELECT rule, issued, quota_left FROM coupon_kind').forEach((kind) => {
    const { rule, issued, quota_left: q } = kind;
    const claims = sum(read('SELECT n FROM claim WHERE rule = ?', rule).map(({ n }) => n));
    if (claims !== issued || q < 0) broken.push(`5: ${rule} was claimed ${claims} of ${issued}`);
  });
  read('SELECT batch, redeemed FROM code_batch').forEach(({ batch, redeemed: n }) => {
    const codes = read('SELECT 1 FROM coupon_code WHERE batch = ? AND member IS NOT NULL', batch);
    const given = read('SELECT 1 FROM coupon WHERE source = ?', `code ${batch}`);
    const uses = sum(read('SELECT n FROM code_use WHERE batch = ?', batch).map((row) => row.n));
    if (codes.length !== n || given.length !== n || uses !== n) {
      broken.push(`5: ${batch}: ${n}, ${codes.length} codes, ${given.length} coupons, ${uses}`);
    }
  });
}

function checkChains(read, broken) {
  const devices = read('SELECT tenant, member, device, last, head FROM device');
  devices.forEach(({ device, last, head }) => {
    const ops = read('SELECT seq, d FROM op WHERE device = ? ORDER BY seq', device);
    const isWhole = ops.every(({ seq }, i) => seq === last - ops.length + 1 + i);
    if (!isWhole) broken.push(`7: the numbers of ${device}`);
    if (ops.length > 0 && ops.at(-1).d !== head) broken.push(`8: the head of ${device}`);
  });
  const uids = read('SELECT tenant, member, uid FROM op WHERE uid IS NOT NULL')
    .map((row) => Object.values(row).join('/'));
  if (new Set(uids).size !== uids.length) broken.push('6: a uid has two effects');
}

function checkOrders(read, broken) {
  read('SELECT * FROM ord').forEach((row) => {
    const { ord, payable, shown, cash, receipt } = row;
    const { totals } = JSON.parse(receipt);
    if (payable > shown || payable !== totals.payable) broken.push(`16: ${ord} is charged wrong`);
    if (payable < 0 || cash < 0 || cash > payable) broken.push(`18: ${ord} has a wrong sign`);
    const paid = read("SELECT event FROM pay_event WHERE ord = ? AND outcome = 'paid'", ord);
    if (paid.length > 1) broken.push(`23: ${ord} was paid ${paid.length} times`);
    const isOpen = row.state === 'placed' || row.state === 'cancelled';
    if (isOpen && paid.length > 0) broken.push(`23: ${ord} is ${row.state} and paid`);
    const holds = read('SELECT n FROM taking WHERE ord = ?', ord);
    if (row.state === 'cancelled' && holds.some(({ n }) => n > 0)) {
      broken.push(`24: ${ord} is cancelled and holds something`);
    }
  });
  read('SELECT member, cart FROM member').forEach(({ member, cart }) => {
    if (JSON.parse(cart).lines.some(({ qty }) => qty < 1)) broken.push(`18: the cart of ${member}`);
  });
}

// Growth comes from orders alone, so it is what they brought and what is not back of it.
function checkGivings(read, broken) {
  read('SELECT member, growth FROM member').forEach(({ member, growth }) => {
    const given = read("SELECT n, back FROM giving WHERE member = ? AND kind = 'growth'", member);
    const kept = sum(given.map(({ n, back }) => n - back));
    if (kept !== growth) broken.push(`24: ${member} has growth ${growth}, not ${kept}`);
  });
  read("SELECT g.ord, g.kind, g.name FROM giving g JOIN ord o ON o.tenant = g.tenant "
    + "AND o.ord = g.ord WHERE g.n > g.back AND o.state = 'refunded'").forEach((row) =>
    broken.push(`24: ${row.ord} is refunded and ${row.kind} ${row.name} is not back`));
}

/** read(sql, …values) → rows. */
export function audit(read, { restocked = {} } = {}) {
  const broken = [];
  checkPoints(read, broken);
  checkStock(read, broken, restocked);
  checkCoupons(read, broken);
  checkChains(read, broken);
  checkOrders(read, broken);
  checkGivings(read, broken);
  return broken;
}

/** A fingerprint of all tables, to say that nothing has changed. */
export function fingerprint(read) {
  const names = read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  const hash = createHash('sha256');
  names.forEach(({ name }) => hash.update(JSON.stringify([name, read(`SELECT * FROM "${name}"`)])));
  return hash.digest('hex');
}
