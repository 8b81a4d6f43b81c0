// The wallet in demo/seed is written for one day. Its coupons are moved, by whole days, to the day
// the demo runs, so that the one which expires tomorrow always does. Used by the page and by
// demo/server.js, which have to agree.
const DAY_S = 86400;
const SHANGHAI_OFFSET_S = 28800;

const dayOf = (unixS) => Math.floor((unixS + SHANGHAI_OFFSET_S) / DAY_S);

export function redate(coupons, writtenAt, now) {
  const shift = (dayOf(now) - dayOf(writtenAt)) * DAY_S;
  return coupons.map((coupon) => {
    const moved = { ...coupon };
    if (coupon.from !== undefined) moved.from = coupon.from + shift;
    if (coupon.to !== undefined) moved.to = coupon.to + shift;
    return moved;
  });
}
