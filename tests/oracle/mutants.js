// Deliberate misreadings of src/README.md. Each one must be noticed when the oracle makes it: so
// the comparison is known to be able to fail, and the generator to reach the sentence in question.

export const MUTANTS = {
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
  amounts_not_first: 'amounts and percentages take turns by id',
  points_any_step: 'points are used one by one',
  no_partial_step: 'last_step_partial is not read',
  whole_lines_only: 'a rule of a once_line group takes all lines it can or none'
};
