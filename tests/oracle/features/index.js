// What carts may hold beyond `base`, one feature after the other. A feature adds to a finished cart
// and tells whether the best decision really used it: by `used`, or by mutants that
// misread the feature, one of which must then come to another answer.

import { addons } from './addons.js';
import { audience } from './for.js';
import { claim } from './claim.js';
import { fees } from './fees.js';
import { floors } from './floors.js';
import { freight } from './freight.js';
import { gives } from './gives.js';
import { levels } from './levels.js';
import { limit } from './limit.js';
import { cups, pieces } from './pieces.js';
import { places } from './places.js';
import { points } from './points.js';
import { rewards } from './rewards.js';
import { stack } from './stack.js';
import { tax } from './tax.js';
import { tender } from './tender.js';
import { types } from './types.js';
import { when } from './when.js';

/** In the order they are added: pieces take choices away, add-ons and pins come last. */
export const FEATURES = {
  pieces,
  cups,
  gives,
  freight,
  fees,
  rewards,
  floors,
  stack,
  levels,
  points,
  tax,
  places,
  types,
  when,
  for: audience,
  limit,
  claim,
  addons,
  tender
};

/** What the engine can do; a run compares `base` and these unless it is told otherwise. */
export const built = ['pieces', 'cups', 'gives', 'freight', 'fees', 'rewards', 'floors', 'stack',
  'levels', 'points', 'tax', 'places', 'types', 'when', 'for', 'limit', 'claim', 'addons',
  'tender'];

export function readFeatures(text) {
  if (text === undefined) return built;
  if (text === 'all') return Object.keys(FEATURES);
  const names = text.split(',').filter((name) => name !== '' && name !== 'base');
  const unknown = names.filter((name) => !(name in FEATURES));
  if (unknown.length > 0) throw new Error(`unknown feature ${unknown}; ${Object.keys(FEATURES)}`);
  return names;
}
