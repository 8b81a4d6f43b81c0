/* The requests `history` and `recommend`, and the replies: src/RECOMMEND.md §3. Trees are those of
 * json_parse; everything read is in the arenas. Good when the report has no error. */
#ifndef SP_CODEC_RECOMMEND_IN_H
#define SP_CODEC_RECOMMEND_IN_H

#include "codec/json_in.h"
#include "codec/json_out.h"
#include "engine/history.h"
#include "model/recommend.h"

/* Orders oldest first, in scratch; what else is known goes into `out`. */
past_order *history_in(const cJSON *tree, const sp_model *model, sp_arena *scratch,
                       sp_report *report, sp_past *out, uint32_t *count);

/* Texts point into the tree. Without a book what only a shop can say is E_NO_BOOK. */
void recommend_in(const cJSON *tree, const sp_model *model, const sp_book *book, sp_arena *scratch,
                  sp_report *report, sp_wish *out);

/* {"items","weights","day"}, {"orders","segment"}, {"items","segment"} */
void model_out_reply(json_out *out, const sp_model *model);
void history_out(json_out *out, const sp_past *history, sp_segment_kind segment);
void recommend_out(json_out *out, const sp_model *model, const sp_recommendation *items,
                   uint32_t count, sp_segment_kind segment);

#endif
