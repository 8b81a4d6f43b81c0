/* A request's JSON to sp_request: src/README.md §2. */
#ifndef SP_CODEC_CART_IN_H
#define SP_CODEC_CART_IN_H

#include "codec/json_in.h"
#include "model/cart.h"

/* Reads a tree that json_parse gave. Texts of the request point into the tree; the rest is in
 * scratch. Good when the report has no error. */
void cart_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
             sp_request *out);

/* The request of `estimate`: its lines are called `cart` and may be missing, and what an estimate
 * does not take is refused. Returns its array of cards, unread; NULL where it does not fit. */
const cJSON *cart_in_beside(const cJSON *tree, const sp_book *book, sp_arena *scratch,
                            sp_report *report, sp_request *out);

/* The options of a line whose sku is set. */
void cart_options_in(const sp_book *book, sp_arena *scratch, sp_report *report, const cJSON *array,
                     sp_line *line);

#endif
