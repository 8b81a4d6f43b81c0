// Deliberate misreadings of src/README.md. Each one must be noticed when the oracle makes it: so
// the comparison is known to be able to fail, and the generator to reach the sentence in question.

const OF_BASE = {
  remainder_first: 'the fen that remain of a share go to the first entry',
  one_level_share: 'cuts are shared over all segments at once, not over the packages first',
  drop_excludes: 'nothing excludes anything',
  order_exclusion_as_line: 'an exclusion on the order hits segments only',
  maximum_ignored: 'the maximum of a group or slot is not counted',
  more_coupons: 'ties prefer more coupons',
  late_expiry: 'ties prefer the later expiry',
  slack_ignored: 'ties do not look at face − cut',
  last_rule_ids: 'ties prefer the larger rule ids',
  unassigned_first: 'ties prefer lines without a rule',
  freight_not_in_goal: 'the search does not see the freight',
  never_free_ignored: 'never_free regions ship free',
  threshold_must_pass: 'amount_gte is read as amount_gt',
  first_tier: 'the lowest reached tier counts',
  limit_ignored: 'every has no limit',
  cap_ignored: 'percent_off has no cap',
  percent_counts_fixed: 'a percentage counts options that are not discountable',
  even_pieces: 'all pieces of a segment are worth the same',
  nth_never_repeats: 'nth_item does not start again',
  gives_in_turn: 'each give of a list sees the cuts of the one before',
  level_ignored: 'shop and store rules are evaluated once for the order',
  quota_per_line: 'max_units_per rule counts in each line anew',
  quota_in_cart_order: 'choose of a unit price is not read',
  amounts_not_first: 'amounts and percentages take turns by id',
  points_any_step: 'points are used one by one',
  no_partial_step: 'last_step_partial is not read',
  whole_lines_only: 'a rule of a once_line group takes all lines it can or none'
};

const OF_FEATURES = {
  gives: {
    units_per_rule: 'max_units_per line is not read',
    best_is_cheapest: 'best takes another piece than the one that loses most',
    compound_adds: 'a compounded percentage is added up',
    percent_level_ignored: 'percent_level is not read',
    nth_base_ignored: 'nth_item goes by what is left, whatever its base',
    free_once: 'items_free in every is not multiplied',
    buy_get_repeats: 'buy_get always repeats',
    full_sets_only: 'the last set of buy_get must be full',
    more_sets: 'bundle and qty_groups prefer more sets on a tie',
    bundle_cheapest: 'bundle takes the cheapest pieces',
    groups_cheapest: 'qty_groups takes the cheapest pieces',
    first_of_segment: 'first_and_additional begins anew in each segment',
    filter_ignored: 'a filter is not read'
  },
  floors: {
    floor_ignored: 'floors are not read',
    excess_moves: 'what a segment has no room for always moves',
    always_clamp: 'overflow: refuse clamps'
  },
  freight: {
    freight_off_per_package: 'freight_off per order is taken off each package',
    lands_on_goods: 'goods_then_freight takes nothing of freight',
    freight_not_in_base: 'goods_and_freight counts goods only',
    gifts_weightless: 'gifts never weigh',
    freight_not_covered: 'coupons never cover freight'
  },
  fees: {
    every_fee: 'fees_off takes of every fee, whichever it names',
    fees_of_all_pieces: 'fees_off takes the fee of pieces that are not the rule\'s',
    fees_cap_ignored: 'fees_off has no cap',
    fees_not_in_goal: 'the search does not see the fees'
  },
  rewards: {
    points_once: 'points per line and per unit are given once',
    commission_to_self: 'a promoter who is the member is counted',
    levels_before_fixed: 'levels win over a fixed commission'
  },
  when: {
    same_ignored: 'qty_gte with same counts all pieces',
    contains_in_scope: 'contains looks only at the rule\'s own goods',
    orders_from_zero: 'nth_order counts the orders before',
    any_is_all: 'any asks for all',
    not_ignored: 'not is not read'
  },
  for: {
    leap_day: 'who is born on 02-29 has no birthday in a common year',
    within_is_under: 'registered_within_s does not include its end',
    one_of_for: 'one member of for is enough',
    any_of_for_is_all: 'any in for asks for all',
    not_of_for_ignored: 'not in for is not read',
    cards_ignored: 'a card does nothing in the order that buys it',
    card_takes_tier: 'a card lowers the tier of a member who stands higher'
  },
  limit: {
    limits_ignored: 'per_order of coupons, per_member and total_left are not read',
    member_once_closed: 'per_member closes a rule, but does not count in the order itself',
    unit_limits_ignored: 'limits of unit rules are not read'
  },
  places: {
    stores_ignored: 'stores and store_tags of a scope are not read',
    store_prices_ignored: 'the prices of stores are not read',
    channels_ignored: 'channels of a scope are not read',
    fulfilment_ignored: 'the fulfilment of a scope is not read',
    night_of_morning: 'hours that pass midnight belong to the day on which they end'
  },
  types: {
    order_types_ignored: 'every rule acts in every type of order',
    own_type_competes: 'the price of the own type competes with others',
    points_in_every_type: 'points are redeemed in every type of order',
    group_threshold_ignored: 'group_buy_threshold is not read',
    topup_as_others: 'an order of type topup is one like any other type'
  },
  stack: {
    exclusive_ignored: 'exclusive is not read',
    exclusive_keeps_cut: 'an exclusive rule keeps segments that were cut in its stage',
    nothing_displaced: 'automatic exclusive rules wait for their turn'
  },
  claim: {
    claimed_already: 'claimable coupons are picked',
    pins_cost_nothing: 'pins cost nothing'
  },
  levels: {
    levels_at_once: 'best_per_level looks at the payable only',
    points_beside_coupons: 'points may stand beside coupons',
    points_at_face: 'points_goal_bp is not read',
    tie_to_points: 'on a tie points win over coupons'
  },
  points: {
    lots_never_expire: 'expired lots still count',
    late_lots: 'the latest lots are used first',
    earn_flat: 'all lines earn at one rate',
    earned_on_goods: 'freight never earns',
    earn_without_max: 'order_max is not read',
    level_must_pass: 'a level must be passed, not reached',
    mall_without_balance: 'the balance is not asked in the mall'
  },
  pieces: {
    whole_segments: 'a rule takes all pieces of a segment or none',
    pieces_unserved: 'pieces may be given to a rule that does not see them'
  },
  cups: {
    pieces_in_turn: 'coupons for pieces take turns',
    pieces_twice: 'a piece serves two coupons'
  },
  addons: {
    add_on_without_max: 'the max of add-ons is not read',
    stock_ignored: 'gifts are always in stock',
    stock_apart: 'each gift finds the whole stock'
  },
  tender: {
    principal_always_first: 'pro_rata pays the principal first',
    payer_only: 'balances never make a payer hold',
    any_share_will_do: 'min_share_bp is not read',
    zero_pay_allowed: 'an order of nothing may be sent',
    options_keep_payer: 'pay_options keep the payer where none is asked'
  },
  tax: {
    tax_floored: 'tax is rounded down',
    commission_on_tax: 'tax is in the base of commissions',
    funding_to_first: 'the fen that remain are borne by the first party',
    limit_not_assumed: 'limits are not assumed'
  }
};

/** {name: {meaning, features: those that the carts need to show it}} */
export const MUTANTS = {};
for (const [name, meaning] of Object.entries(OF_BASE)) MUTANTS[name] = { meaning, features: [] };
for (const [feature, mutants] of Object.entries(OF_FEATURES)) {
  for (const [name, meaning] of Object.entries(mutants)) {
    MUTANTS[name] = { meaning, features: [feature] };
  }
}
MUTANTS.limit_not_assumed.features = ['limit', 'tax'];
