// What the rules of a book give (src/README.md, section 1.2).

export const givesOf = ({ give }) => [give].flat();

/** Every give in a rule, those in tiers and steps too, as [path, name, value]. */
export function* allGives(rule) {
  const list = Array.isArray(rule.give);
  for (const [i, give] of givesOf(rule).entries()) {
    yield* nested(give, list ? `/give/${i}` : '/give');
  }
}

function* nested(give, path) {
  const [[name, value]] = Object.entries(give);
  yield [`${path}/${name}`, name, value];
  if (value.give) yield* nested(value.give, `${path}/${name}/give`);
  for (const [i, tier] of (value.tiers || []).entries()) {
    yield* nested(tier.give, `${path}/${name}/tiers/${i}/give`);
  }
}
