// The SKUs of a scope as src/README.md, section 1.2, tells them.

const hasAny = (wanted, have = []) => wanted !== undefined && have.some((one) =>
  wanted.includes(one));

const isNamed = (sku, { skus, spus, tags }) => hasAny(skus, [sku.id])
  || hasAny(spus, sku.spu === undefined ? [] : [sku.spu]) || hasAny(tags, sku.tags);

function isIn(sku, scope) {
  const namesSome = scope.skus || scope.spus || scope.tags;
  const [low, high] = scope.price_between ?? [0, Infinity];
  return (!namesSome || isNamed(sku, scope)) && sku.price >= low && sku.price <= high
    && !isNamed(sku, scope.exclude ?? {});
}

/** The ids of the SKUs in a scope of the book. */
export const reachOf = (scope, catalog) => new Set(catalog.skus
  .filter((sku) => scope === undefined || scope === 'all' || isIn(sku, scope))
  .map(({ id }) => id));

/** The places in a scope that name a store or a tag of stores which the catalogue lacks. */
export function unknownPlaces(scope, { stores }) {
  if (stores === undefined || scope === undefined || scope === 'all') return [];
  const known = {
    stores: stores.map(({ id }) => id), store_tags: stores.flatMap(({ tags = [] }) => tags),
  };
  return Object.entries(known).flatMap(([name, ids]) => (scope[name] ?? [])
    .flatMap((id, i) => (ids.includes(id) ? [] : [`/${name}/${i}`])));
}
