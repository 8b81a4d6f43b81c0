/* sp_receipt to JSON (src/README.md §6), its hash (§7), and the sentences of `explain`. */
#ifndef SP_CODEC_RECEIPT_OUT_H
#define SP_CODEC_RECEIPT_OUT_H

#include "codec/json_out.h"
#include "model/receipt.h"

/* What every writer of an answer needs. */
typedef struct {
  const sp_book *book;
  const sp_request *request;
  const sp_receipt *receipt;
} answer;

/* Gathers what is written per line and per package; everything lies in scratch. */
typedef struct receipt_sums receipt_sums;

/* NULL when memory ran out. */
const receipt_sums *receipt_sum(const answer *a, sp_arena *scratch);

/* False when memory ran out. Scratch is as before. */
bool receipt_hash(const answer *a, const receipt_sums *sums, sp_arena *scratch,
                  uint8_t out[SP_SHA256_SIZE]);

/* hash NULL: the receipt has none. */
void receipt_out(json_out *out, const answer *a, const receipt_sums *sums, sp_detail detail,
                 const uint8_t hash[SP_SHA256_SIZE]);

/* explain[]: one entry for each activity and coupon. */
void explain_out(json_out *out, const answer *a);

/* A digest as hex digits, which lie in `hex`. */
sp_text digest_text(const uint8_t digest[SP_SHA256_SIZE], char hex[2 * SP_SHA256_SIZE]);

extern const char sp_reason_words[]; /* a list, by sp_reason */

/* ---- between receipt_sum.c and the writers ---- */

typedef struct line_cut line_cut;
struct line_cut {
  uint32_t rule, coupon;
  int64_t cut_fen;
  const line_cut *next; /* in the order of work */
};

typedef struct {
  int64_t list_fen, net_fen, paid_fen;
  int64_t tax_fen; /* in the net; -1: the SKU has no rate */
  const line_cut *cuts;
  uint32_t first_segment, segment_count; /* segments of a line stand side by side */
  uint32_t package;                      /* SP_NONE: not priced */
} line_sum;

typedef struct {
  int64_t list_fen, goods_fen, points_fen, rounding_fen;
} package_sum;

struct receipt_sums {
  line_sum *lines; /* behind them the book's fees, of which only the cuts stand */
  package_sum *packages;
  int64_t tax_fen; /* -1: no line has any */
};

#endif
