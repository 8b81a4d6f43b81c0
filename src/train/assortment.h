/* Which items a model of so many bytes has room for. Each id and popularity is paid for with
 * weights of others, so how many are worth it is tried on the tail of the log. */
#ifndef SP_TRAIN_ASSORTMENT_H
#define SP_TRAIN_ASSORTMENT_H

#include "train/tune.h"

/* What a file of these items takes before any weight is in it, with every section that tuning may
 * ask for or without. */
typedef size_t assortment_size(const order_log *log, bool sections);

/* The log with the most sold items only, as many as do best under these options; all of them where
 * they take a small part of the bytes. tail: of `all`. */
order_log assortment_of(const order_log *all, const holdout *tail, const tuning *t, size_t bytes,
                        assortment_size *bare_size, tune_progress *progress);

#endif
