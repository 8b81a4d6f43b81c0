/* The verb `estimate`: src/README.md §9. */
#ifndef SP_CODEC_ESTIMATE_IN_H
#define SP_CODEC_ESTIMATE_IN_H

#include "codec/json_in.h"
#include "codec/json_out.h"
#include "model/estimate.h"

/* Reads a tree that json_parse gave, as cart_in does. Good when the report has no error. */
void estimate_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
                 sp_request *out, sp_card **cards, uint32_t *count);

/* Reports what estimate() could not price; `failed` as it said. */
void estimate_failed(sp_report *report, const cJSON *tree, sp_err code, uint32_t failed);

void estimate_out(json_out *out, const sp_book *book, const sp_request *request,
                  const sp_card *cards, const sp_estimate *prices, uint32_t count);

#endif
