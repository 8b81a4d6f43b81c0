/* A `refund` request: the order as it was paid, what had gone back before, and what goes back now.
 * Texts and the order's ids are the tree's, which must outlive them. */
#ifndef SP_CODEC_REFUND_IN_H
#define SP_CODEC_REFUND_IN_H

#include "codec/json_in.h"
#include "codec/json_out.h"
#include "model/refund.h"

typedef struct {
  sp_order order;
  sp_returns before, after;
} refund_request;

/* False with a reason in the report. */
bool refund_in(const cJSON *tree, sp_arena *scratch, sp_report *report, refund_request *out);

void refund_out(json_out *out, const refund_request *request);

#endif
