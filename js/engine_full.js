// The verbs that pricing does without: what knows keys, and recommendation. An entry for pricing
// alone leaves this file out, and the module of such a shop has none of these verbs.
import { bytesOf } from './engine.js';
import { SuanpanError } from './error.js';
import { jsonOf } from './json.js';
import { partOf } from './sync/book_part.js';
import { syncVerbs } from './sync/verbs.js';

/** What `verbsOn` takes as `more`. */
export function fullVerbs({ text, call, keep, ask, verdicts, book }) {
  // The part of the book that was opened, unless bytes are given: its hash was checked with it.
  function modelBytes(model) {
    const bytes = model === null ? book() && partOf(book(), 'model', text) : bytesOf(model);
    if (!bytes) throw new SuanpanError('E_NO_MODEL');
    return bytes;
  }

  return {
    sync: syncVerbs(call, text, verdicts),
    loadModel: (model = null) => keep('sp_model_load', () => modelBytes(model)),
    setHistory: (history) => keep('sp_history', () => jsonOf(history || { orders: [] })),
    recommend: ask('sp_recommend'),
    topUp: ask('sp_top_up'),
  };
}
