// Coupons to be claimed first, and what pins cost.

export const claim = {
  meaning: 'a claimable coupon is picked, or pins cost something',
  demanded: 25,
  add({ random, request }) {
    for (const coupon of request.coupons) if (random.chance(50)) coupon.claimable = true;
    if (random.chance(60)) request.compare_best = true;
  },
  used: ({ state }) => state.records.some(({ turn }) => turn.coupon?.claimable)
};
