/* A model file to sp_model: src/RECOMMEND.md §6. Everything is checked: an id out of order, an item
 * or a weight that is not there, and bytes too few or too many are E_MODEL. */
#ifndef SP_CODEC_MODEL_IN_H
#define SP_CODEC_MODEL_IN_H

#include "base/arena.h"
#include "model/recommend.h"

/* NULL with *err. With a book its SKUs are found among the items; `bytes` are not kept. */
const sp_model *model_in(sp_text bytes, const sp_book *book, sp_arena *arena, sp_arena *scratch,
                         sp_err *err);

/* What it takes in its arena, by what its head says. */
size_t model_room(sp_text bytes, const sp_book *book);

#endif
