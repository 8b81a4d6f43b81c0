// Faults planted in scoring, histories and 凑单; mutants.js says what for. A mutant is one source
// compiled again and linked in front of the library, and what it has to fail is a golden case.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { buildDir } from '../../js/build/cmake.js';
import { compiled, linked, planted, root, run } from '../mutants.js';

const folder = mkdtempSync(join(tmpdir(), 'suanpan-mutant-'));
const objects = ['tests/cases_run.c.o', 'tests/cases/model.c.o', 'src/train/memory.c.o',
  'src/train/model_out.c.o']
  .map((name) => join(buildDir('native'), 'CMakeFiles', 'test_cases_run.dir', name));

const mutants = [
  ['the cart says nothing', 'engine/recommend.c', '->said += weight_of', '->said += 0 * weight_of',
    'A latte asks for a croissant'],
  ['of two goods only the last speaks', 'engine/recommend.c', '->said += weight_of',
    '->said = weight_of', 'Two goods in the cart speak together'],
  ['what is in the cart is shown', 'engine/recommend.c', 'if (!w->list[i].taken) offer', 'offer',
    'A latte asks for a croissant'],
  ['the worst comes first', 'engine/recommend.c', 'score > other->score', 'score < other->score',
    'An empty cart shows what is popular'],
  ['stock is not looked at', 'engine/recommend.c',
    'listed(wish->stock, wish->stock_count, sku, 1) > 0 &&', '',
    'What is out of stock or at its limit is not shown'],
  ['stores are not looked at', 'engine/recommend.c', 'sku, wish->place, price_fen)',
    'sku, SP_NONE, price_fen)', 'What the store does not sell is not shown'],
  ['one more of a category', 'engine/recommend.c', 'return same >= w->wish->per_category;',
    'return same > w->wish->per_category;', 'At most one of a category'],
  ['boosts do nothing', 'engine/recommend.c', 'score * boost->bp / 10000', 'score',
    'What the shop wants to be seen counts more'],
  ['twice the gap fills it', 'engine/recommend.c', '2 * price_fen <= 3 * wish->gap_fen',
    'price_fen <= 2 * wish->gap_fen', 'What is just missing'],
  ['likeness does not matter', 'engine/recommend.c', '- (int64_t)like[i] * wish->mmr_bp', '',
    'What repeats the pick before it comes later'],
  ['habits count in non-personal mode', 'engine/recommend.c',
    'wish->non_personal ? NULL : history', 'history',
    'In non-personal mode nobody\'s purchases count'],
  ['both sides of a pair say the same', 'engine/recommend.c', '+= weight_of(weight, ratios',
    '+= weight_of(weight, model_ratios(m, weight_item(weight))',
    'The more popular good says less'],
  ['a scale counts twice', 'engine/recommend.c', '+= weight_of(weight, ratios',
    '+= weight_of(weight, ratios - m->scales[weight_item(weight)]', 'The rarer good says more'],
  ['purchases do not fade', 'engine/history.c', '(fades * model->numbers[SP_MODEL_decay]) >> 12',
    'fades', 'What a member bought comes again'],
  ['every good is bought again alike', 'engine/history.c', 'bought * model->repeat[i] / 15',
    'bought', 'What a member bought comes again'],
  ['newcomers are as all others', 'engine/history.c', '&& model->newcomer', '&& !model->popular',
    'After one order what others bought first comes first'],
  ['what goes with earlier orders is left out', 'engine/history.c',
    'related * n[SP_MODEL_kin_alone]', '0 * related',
    'The next basket: what was bought, and what goes with it'],
  ['what is popular now does not matter', 'codec/model_in.c', 'recent[i] * share',
    'popular[i] * share', 'What is popular now comes before what was'],
  ['loyal is one order later', 'engine/history.c', '(orders && history->order_count >= orders)',
    '(orders && history->order_count > orders)', 'A boost for loyal members only'],
  ['the worst set comes first', 'engine/top_up.c', 'return a->gain_fen > b->gain_fen;',
    'return a->gain_fen < b->gain_fen;', 'Five yuan reach the step'],
  ['worth does not count', 'engine/top_up.c',
    'candidate(w, same.first)->worth_fen - set.more_fen', '-set.more_fen',
    'What is wanted weighs more'],
  ['a card is goods to add', 'codec/top_up_in.c', '|| is_card(w->book, sku)', '',
    'A card is no goods to add'],
  ['any price is good', 'engine/top_up.c',
    'if (c->piece.price_fen > w->wish->price_max_fen) return SP_OK;', '',
    'What costs much more than what is missing is passed over'],
  ['a discount may be lost', 'engine/top_up.c', 'receipt.saved_fen >= before->saved_fen &&', '',
    'What loses a discount is not proposed'],
  ['one call does it all', 'engine/top_up.c', '(uint64_t)wish->work_max * PRICE_WORK', '1000000',
    'One slice after the other'],
  ['the bound knows no savings', 'engine/save_bound.c', 'return saved + sp_min',
    'return 0 * saved + sp_min', 'Two goods reach what one does not'],
  ['goods of any price are the same', 'engine/same_goods.c',
    'one->price_fen != other->price_fen || a->price_fen != b->price_fen ||', '',
    'Goods of different prices are not the same'],
  ['the bound knows no half prices', 'engine/save_bound.c',
    'parts += next.unit_fen * (with_bp - off_bp);', '', 'Half a price for the second piece'],
  ['goods in other scopes are the same', 'engine/same_goods.c',
    'if (has_bit(w->scopes[i], one->sku) != has_bit(w->scopes[i], other->sku)) return false;', '',
    'Goods of one price are not the same when a rule knows one of them'],
  ['stock is no limit of what is added', 'codec/top_up_in.c',
    '(stock && stock->price_fen <= held) ||', '',
    'What is not on sale, out of stock or at its limit is passed over'],
  ['a score is worth nothing', 'codec/top_up_in.c', 'scored ? worth_of_score(model, scores[at])',
    'scored ? 0 * worth_of_score(model, scores[at])',
    'What the model says is what a good is worth'],
];

// The golden cases under a library in which one source is another: what they print.
function casesWith(object) {
  const program = linked(folder, object, objects);
  const files = ['recommend', 'recommend_pairs', 'recommend_members', 'top_up', 'member_cards'];
  return run(program, files.map((name) => `tests/cases/${name}.md`));
}

const isBuilt = objects.every((path) => existsSync(path));

describe('mutants', { skip: isBuilt ? false : 'the native tests are not built' }, () => {
  after(() => rmSync(folder, { recursive: true }));

  const sourceOf = (path) => readFileSync(join(root, 'src', path), 'utf8');

  for (const path of new Set(mutants.map(([, file]) => file))) {
    test(`${path} as it is passes`, () => {
      const { status, text } = casesWith(compiled(folder, path, sourceOf(path)));
      assert.equal(status, 0, text);
    });
  }

  for (const [what, path, from, to, name] of mutants) {
    test(`a mutant is found: ${what}`, () => {
      const { status, text: said } = casesWith(compiled(folder, path,
        planted(sourceOf(path), from, to, path)));
      assert.equal(status, 1);
      assert.ok(said.includes(`: ${name}: `), said);
    });
  }
});
