// §5: every switch and what each preset says.

const CN_SEQUENTIAL = {
  threshold_base: 'current',
  percent_base: 'current',
  percent_rounding: 'floor',
  percent_side: 'discount',
  percent_level: 'order',
  share_remainder: 'last',
  excess_share: 'moves',
  free_freight_base: 'payable_goods',
  coupon_slots: 'shop',
  amounts_first: true,
  unit_price: 'lowest',
  goal: 'lowest_payable',
  coupon_min_gain_fen: 1,
  rounding_off_fen: 1,
  overflow: 'clamp',
  zero_pay: 'allowed',
  coupons_cover_freight: false,
  points_with_coupons: true,
  points_goal_bp: 10000,
  points_earned_on: 'goods_paid',
  group_buy_threshold: 'same',
  gifts_weigh: false
};

const CN_PARALLEL = {
  ...CN_SEQUENTIAL,
  threshold_base: 'after_item',
  percent_base: 'after_item',
  free_freight_base: 'after_item',
  coupon_slots: 'shop_and_platform'
};

const INTERNATIONAL = {
  ...CN_SEQUENTIAL,
  percent_rounding: 'half_up',
  percent_level: 'line',
  share_remainder: 'largest',
  free_freight_base: 'current',
  coupon_slots: 'unlimited'
};

export const PRESETS = {
  cn_sequential: CN_SEQUENTIAL,
  cn_parallel: CN_PARALLEL,
  international: INTERNATIONAL
};
