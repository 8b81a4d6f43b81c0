// The tables, as steps that are applied once each, in order. Steps that were released are never
// changed, only added to.
//
// Every key begins with the tenant, then the member where there is one; every UNIQUE contains the
// tenant; nothing is counted by sequences, and there are no triggers. So the same tables can be
// split over machines by tenant or by member. Only BIGINT, TEXT and CHECK: SQLite and PostgreSQL
// read it alike. Bytes are base64url or hex, moments end in _s (unix seconds) or _ms.
//
// The CHECKs stand behind the conditional UPDATEs of takings.js: what they refuse is a defect here,
// never a shopper's mistake.
import { giveEarlierOrders } from './earlier_orders.js';

const first = `
CREATE TABLE tenant (
  tenant TEXT NOT NULL, recovery_epoch BIGINT NOT NULL, PRIMARY KEY (tenant)
);
CREATE TABLE member (
  tenant TEXT NOT NULL, member TEXT NOT NULL,
  ver BIGINT NOT NULL DEFAULT 1, enrolments BIGINT NOT NULL DEFAULT 0,
  devices BIGINT NOT NULL DEFAULT 0 CHECK (devices >= 0 AND devices <= 10),
  cart_ver BIGINT NOT NULL DEFAULT 0, cart TEXT NOT NULL,
  profile TEXT NOT NULL, tier TEXT, growth BIGINT NOT NULL DEFAULT 0 CHECK (growth >= 0),
  orders BIGINT NOT NULL DEFAULT 0 CHECK (orders >= 0),
  points BIGINT NOT NULL DEFAULT 0 CHECK (points >= 0),
  has_tender BIGINT NOT NULL DEFAULT 0,
  gift_card BIGINT NOT NULL DEFAULT 0 CHECK (gift_card >= 0),
  principal BIGINT NOT NULL DEFAULT 0 CHECK (principal >= 0),
  bonus BIGINT NOT NULL DEFAULT 0 CHECK (bonus >= 0),
  registered_s BIGINT NOT NULL, PRIMARY KEY (tenant, member)
);
CREATE TABLE login (
  tenant TEXT NOT NULL, subject TEXT NOT NULL, member TEXT NOT NULL,
  PRIMARY KEY (tenant, subject)
);
CREATE TABLE device (
  tenant TEXT NOT NULL, member TEXT NOT NULL, device TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'live', 'revoked')), app TEXT NOT NULL,
  keys TEXT NOT NULL, last BIGINT NOT NULL DEFAULT 0, head TEXT NOT NULL,
  count BIGINT NOT NULL DEFAULT 0,
  asked TEXT NOT NULL DEFAULT '', answered TEXT NOT NULL DEFAULT '',
  reply_ms BIGINT NOT NULL, done_ms BIGINT NOT NULL, book_epoch BIGINT NOT NULL DEFAULT 0,
  book_ver BIGINT NOT NULL DEFAULT 0, enrolled_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, device), UNIQUE (tenant, device)
);
CREATE TABLE op (
  tenant TEXT NOT NULL, member TEXT NOT NULL, device TEXT NOT NULL, seq BIGINT NOT NULL,
  d TEXT NOT NULL, uid TEXT, kind TEXT NOT NULL, args TEXT NOT NULL, result TEXT NOT NULL,
  done_ms BIGINT NOT NULL, arrived_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, device, seq), UNIQUE (tenant, member, uid)
);
CREATE TABLE coupon_kind (
  tenant TEXT NOT NULL, rule TEXT NOT NULL,
  quota_left BIGINT NOT NULL CHECK (quota_left >= 0), issued BIGINT NOT NULL DEFAULT 0,
  per_member BIGINT NOT NULL DEFAULT 1, from_s BIGINT, to_s BIGINT, valid_s BIGINT,
  PRIMARY KEY (tenant, rule)
);
CREATE TABLE claim (
  tenant TEXT NOT NULL, member TEXT NOT NULL, rule TEXT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, rule)
);
CREATE TABLE coupon (
  tenant TEXT NOT NULL, member TEXT NOT NULL, coupon TEXT NOT NULL, rule TEXT NOT NULL,
  from_s BIGINT, to_s BIGINT,
  state TEXT NOT NULL CHECK (state IN ('issued', 'held', 'used', 'void')),
  ord TEXT, source TEXT NOT NULL, PRIMARY KEY (tenant, member, coupon)
);
CREATE TABLE points_lot (
  tenant TEXT NOT NULL, member TEXT NOT NULL, lot TEXT NOT NULL,
  left_n BIGINT NOT NULL CHECK (left_n >= 0), expires_s BIGINT,
  PRIMARY KEY (tenant, member, lot)
);
CREATE TABLE ledger (
  tenant TEXT NOT NULL, member TEXT NOT NULL, entry TEXT NOT NULL, lot TEXT NOT NULL,
  delta BIGINT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (tenant, member, entry, lot)
);
CREATE TABLE stock (
  tenant TEXT NOT NULL, sku TEXT NOT NULL, store TEXT NOT NULL, bucket BIGINT NOT NULL,
  left_n BIGINT NOT NULL CHECK (left_n >= 0), PRIMARY KEY (tenant, sku, store, bucket)
);
CREATE TABLE rule_left (
  tenant TEXT NOT NULL, rule TEXT NOT NULL, left_n BIGINT NOT NULL CHECK (left_n >= 0),
  PRIMARY KEY (tenant, rule)
);
CREATE TABLE usage (
  tenant TEXT NOT NULL, member TEXT NOT NULL, rule TEXT NOT NULL,
  times BIGINT NOT NULL CHECK (times >= 0), qty BIGINT NOT NULL CHECK (qty >= 0),
  PRIMARY KEY (tenant, member, rule)
);
CREATE TABLE bought (
  tenant TEXT NOT NULL, member TEXT NOT NULL, sku TEXT NOT NULL,
  PRIMARY KEY (tenant, member, sku)
);
CREATE TABLE membership (
  tenant TEXT NOT NULL, member TEXT NOT NULL, card TEXT NOT NULL, until_s BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, card)
);
CREATE TABLE ord (
  tenant TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('placed', 'paid', 'shipped', 'done', 'cancelled', 'refunded')),
  book_epoch BIGINT NOT NULL, book_ver BIGINT NOT NULL, shown BIGINT NOT NULL,
  payable BIGINT NOT NULL, cash BIGINT NOT NULL, request TEXT NOT NULL, receipt TEXT NOT NULL,
  record TEXT NOT NULL, contact TEXT NOT NULL, note TEXT NOT NULL, small TEXT NOT NULL,
  refunds BIGINT NOT NULL DEFAULT 0, earned_balance BIGINT,
  placed_ms BIGINT NOT NULL, pay_until_ms BIGINT NOT NULL, paid_ms BIGINT,
  PRIMARY KEY (tenant, member, ord), UNIQUE (tenant, ord),
  CHECK (payable >= 0 AND payable <= shown), CHECK (cash >= 0 AND cash <= payable)
);
CREATE INDEX ord_newest ON ord (tenant, member, placed_ms);
CREATE INDEX ord_unpaid ON ord (tenant, state, pay_until_ms);
CREATE TABLE taking (
  tenant TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, n BIGINT NOT NULL, more TEXT NOT NULL,
  PRIMARY KEY (tenant, member, ord, kind, name)
);
CREATE TABLE refund (
  tenant TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL, refund TEXT NOT NULL,
  place BIGINT NOT NULL, asked TEXT NOT NULL, reply TEXT NOT NULL, at_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, ord, refund)
);
CREATE TABLE pay_event (
  tenant TEXT NOT NULL, event TEXT NOT NULL, ord TEXT NOT NULL, amount BIGINT NOT NULL,
  outcome TEXT NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (tenant, event)
);
CREATE TABLE book (
  tenant TEXT NOT NULL, epoch BIGINT NOT NULL, ver BIGINT NOT NULL, digest TEXT NOT NULL,
  file TEXT NOT NULL, begins_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant, epoch, ver), UNIQUE (tenant, digest)
);
CREATE TABLE root (
  tenant TEXT NOT NULL, v BIGINT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (tenant, v)
);
CREATE TABLE ticket (
  tenant TEXT NOT NULL, kind TEXT NOT NULL, ticket TEXT NOT NULL, body TEXT NOT NULL,
  until_ms BIGINT NOT NULL, PRIMARY KEY (tenant, kind, ticket)
);
CREATE TABLE outbox (
  tenant TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  at_ms BIGINT NOT NULL, sent_ms BIGINT, PRIMARY KEY (tenant, event)
);
CREATE TABLE audit (
  tenant TEXT NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  at_ms BIGINT NOT NULL, PRIMARY KEY (tenant, event)
);
`;

// What an order brought and how much of it is back; the tier below which none falls by itself.
const givings = `
CREATE TABLE giving (
  tenant TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, n BIGINT NOT NULL, back BIGINT NOT NULL CHECK (back >= 0 AND back <= n),
  more TEXT NOT NULL, PRIMARY KEY (tenant, member, ord, kind, name)
);
ALTER TABLE member ADD COLUMN tier_granted TEXT;
UPDATE member SET tier_granted = tier;
`;

// Tokens: who a share's alias is and who opened it, coupon codes by their MAC, codes for tills.
const tokens = `
CREATE TABLE alias (
  tenant TEXT NOT NULL, alias TEXT NOT NULL, member TEXT NOT NULL,
  PRIMARY KEY (tenant, alias), UNIQUE (tenant, member)
);
CREATE TABLE visit (
  tenant TEXT NOT NULL, member TEXT NOT NULL, jti TEXT NOT NULL, inviter TEXT NOT NULL,
  guide TEXT, channel TEXT, campaign TEXT, at_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, jti), CHECK (inviter <> member)
);
CREATE TABLE code_batch (
  tenant TEXT NOT NULL, batch TEXT NOT NULL, rule TEXT NOT NULL, per_member BIGINT NOT NULL,
  to_s BIGINT, redeemed BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (tenant, batch)
);
CREATE TABLE coupon_code (
  tenant TEXT NOT NULL, code TEXT NOT NULL, batch TEXT NOT NULL, member TEXT, at_ms BIGINT,
  PRIMARY KEY (tenant, code)
);
CREATE TABLE code_use (
  tenant TEXT NOT NULL, member TEXT NOT NULL, batch TEXT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (tenant, member, batch)
);
CREATE TABLE redemption (
  tenant TEXT NOT NULL, member TEXT NOT NULL, jti TEXT NOT NULL, coupon TEXT NOT NULL,
  store TEXT NOT NULL, code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'used', 'lapsed', 'late')), till TEXT,
  expires_s BIGINT NOT NULL, until_ms BIGINT NOT NULL, at_ms BIGINT NOT NULL, settled_ms BIGINT,
  PRIMARY KEY (tenant, member, jti), UNIQUE (tenant, jti)
);
CREATE INDEX redemption_open ON redemption (tenant, state, until_ms);
`;

// From when to when a card is held, each grant by itself: what one order brought can go back
// without a day of what another one did. The spans of a member's card follow one another.
const spans = `
CREATE TABLE card_span (
  tenant TEXT NOT NULL, member TEXT NOT NULL, ord TEXT NOT NULL, name TEXT NOT NULL,
  card TEXT NOT NULL, from_s BIGINT NOT NULL, to_s BIGINT NOT NULL CHECK (to_s >= from_s),
  PRIMARY KEY (tenant, member, ord, name)
);
DROP TABLE membership;
CREATE VIEW membership AS SELECT tenant, member, card, MAX(to_s) AS until_s
  FROM card_span GROUP BY tenant, member, card;
`;

// How many orders of a member are open is asked at each of his orders.
const openOrders = 'CREATE INDEX ord_open ON ord (tenant, member, state);';

// The codes that a member holds are asked for with his view, among those of the whole shop.
const memberCodes = 'CREATE INDEX redemption_member ON redemption (tenant, member, state);';

// The last orders of a member stand in his view: told from the index alone, without a look at the
// rows, which are long.
const lastOrders = `
DROP INDEX ord_newest;
CREATE INDEX ord_newest ON ord (tenant, member, placed_ms DESC, ord, state, small);
`;

// What the jobs look for by time, each hour, among all rows of a shop.
const ends = `
CREATE INDEX op_arrived ON op (tenant, arrived_ms);
CREATE INDEX coupon_end ON coupon (tenant, to_s) WHERE state = 'issued';
CREATE INDEX points_lot_end ON points_lot (tenant, expires_s) WHERE left_n > 0;
CREATE INDEX device_unused ON device (tenant, enrolled_ms) WHERE state = 'new';
`;

// The tier that a card gives its holder, and whether its end has been noticed.
const spanEnds = `
ALTER TABLE card_span ADD COLUMN tier TEXT;
ALTER TABLE card_span ADD COLUMN is_over BIGINT NOT NULL DEFAULT 0;
CREATE INDEX card_span_end ON card_span (tenant, to_s) WHERE is_over = 0;
`;

/** [name, SQL, or a function of a transaction] of every step. */
export const steps = [['first', first], ['givings', givings], ['tokens', tokens], ['spans', spans],
  ['givings of earlier orders', giveEarlierOrders], ['open orders', openOrders],
  ['codes of a member', memberCodes], ['last orders', lastOrders], ['ends', ends],
  ['ends of spans', spanEnds]];
