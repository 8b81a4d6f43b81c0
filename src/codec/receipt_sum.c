#include "codec/receipt_out.h"

/* Behind the lines the fees of the book, as far as their cuts go. */
static size_t sum_count(const answer *a) {
  return (size_t)a->request->line_count + a->book->fee_count;
}

/* Cuts come in the order of work, then by segment, so those of one rule on one line meet here one
 * behind the other, and comparing with the line's last entry is enough. */
static bool sum_cuts(const answer *a, sp_arena *scratch, line_sum *lines) {
  const sp_receipt *r = a->receipt;
  if (!r->cut_count) return true;
  line_cut *entries = arena_room(scratch, r->cut_count * sizeof *entries);
  line_cut **last = arena_array(scratch, sum_count(a), sizeof *last);
  if (!entries || !last) return false;
  line_cut *entry = entries;
  for (const sp_cut *cut = r->cuts, *end = cut + r->cut_count; cut < end; cut++) {
    if (!cut->cut_fen) continue;
    uint32_t i = cut->segment, goods = r->segment_count;
    uint32_t line = i < goods ? r->segments[i].line : a->request->line_count + i - goods;
    line_cut *before = last[line];
    if (before && before->rule == cut->rule && before->coupon == cut->coupon) {
      before->cut_fen += cut->cut_fen;
      continue;
    }
    *entry = (line_cut){cut->rule, cut->coupon, cut->cut_fen, NULL};
    if (before) {
      before->next = entry;
    } else {
      lines[line].cuts = entry;
    }
    last[line] = entry++;
  }
  return true;
}

/* Half up, for each line by itself. */
static void sum_tax(const answer *a, receipt_sums *sums) {
  sums->tax_fen = -1;
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    line_sum *line = &sums->lines[i];
    line->tax_fen = -1;
    if (line->package == SP_NONE) continue;
    int64_t bp = a->book->skus[a->request->lines[i].sku].tax_bp;
    if (!bp) continue;
    line->tax_fen = money_divide(line->net_fen * bp, 10000 + bp, SP_HALF_UP);
    sums->tax_fen = sp_max(sums->tax_fen, 0) + line->tax_fen;
  }
}

const receipt_sums *receipt_sum(const answer *a, sp_arena *scratch) {
  const sp_receipt *r = a->receipt;
  receipt_sums *sums = arena_alloc(scratch, sizeof *sums);
  if (!sums) return NULL;
  sums->lines = arena_array(scratch, sum_count(a), sizeof *sums->lines);
  sums->packages = arena_array(scratch, r->package_count, sizeof *sums->packages);
  if (!sums->lines || !sums->packages) return NULL;
  for (uint32_t i = 0; i < a->request->line_count; i++)
    sums->lines[i].package = SP_NONE;
  for (uint32_t i = 0; i < r->segment_count; i++) {
    const sp_segment *segment = &r->segments[i];
    line_sum *line = &sums->lines[segment->line];
    package_sum *package = &sums->packages[segment->group];
    int64_t net_fen = segment_net(segment);
    if (!line->segment_count) line->first_segment = i;
    line->segment_count++;
    line->package = segment->group;
    line->list_fen += segment->list_fen;
    line->net_fen += net_fen;
    line->paid_fen += segment_paid(segment);
    package->list_fen += segment->list_fen;
    package->goods_fen += net_fen;
    package->points_fen += segment->points_fen;
    package->rounding_fen += segment->rounding_fen;
  }
  sum_tax(a, sums);
  return sum_cuts(a, scratch, sums->lines) ? sums : NULL;
}
