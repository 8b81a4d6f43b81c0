/* What the model is measured against: item-to-item neighbours by cosine and by BM25. */
#ifndef SP_TRAIN_NEIGHBOURS_H
#define SP_TRAIN_NEIGHBOURS_H

#include "train/ease.h"

typedef enum { LIKE_COSINE, LIKE_BM25 } likeness_kind;

/* The `most` nearest items of each item, with their likeness. */
sparse neighbours_of(const order_log *log, likeness_kind kind, uint32_t most);

#endif
