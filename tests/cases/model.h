/* A model of recommendations as a golden case writes it, for cases_run.c. */
#ifndef CASES_MODEL_H
#define CASES_MODEL_H

#include <cJSON.h>

#include "train/model_out.h"

/* { "goods": { sku: { "popular": 0..62, "recent"?, "newcomer"?, "again"?: 0..15, "scale"?: 0..63,
 *   "with"?: { sku: -128..128 } } }, "numbers"?: { name: n }, "worth_bp"?: [16 numbers] } to the
 * file of it: popularity and repeats as their codes, weights in 128ths, numbers as they stand in
 * model/recommend.h. Where any good has a scale weights are those of pairs, each written below the
 * first of its goods. bytes NULL: it is none. free() the bytes. */
file_bytes cases_model(const cJSON *description);

#endif
