/* The request `top_up` and its reply: src/RECOMMEND.md §4. */
#ifndef SP_CODEC_TOP_UP_IN_H
#define SP_CODEC_TOP_UP_IN_H

#include "codec/json_in.h"
#include "codec/json_out.h"
#include "engine/top_up.h"
#include "model/recommend.h"

typedef struct {
  sp_request cart;
  sp_top_up_wish wish;
  sp_top_up_state state;
} top_up_request;

/* model, history: NULL for none; goods are then worth what the request says. Everything is in
 * scratch or in the tree. Good when the report has no error. */
void top_up_in(const cJSON *tree, const sp_book *book, const sp_model *model,
               const sp_past *history, sp_arena *scratch, sp_report *report, top_up_request *out);

void top_up_out(json_out *out, const sp_book *book, const top_up_request *request,
                const sp_receipt *before);

#endif
