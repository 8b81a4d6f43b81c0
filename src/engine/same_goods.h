/* Which SKUs no rule of the book can tell apart: the same price, the same in every scope, the same
 * freight. What one of them costs in a cart, each of them costs. */
#ifndef SP_ENGINE_SAME_GOODS_H
#define SP_ENGINE_SAME_GOODS_H

#include "base/arena.h"
#include "model/top_up.h"

/* Fills class_of[count]; classes are numbered as their first member comes. A SKU that the cart
 * holds already is a class of its own. How many there are; SP_NONE: no memory. */
uint32_t same_goods(const sp_book *book, const sp_request *cart, const sp_candidate *candidates,
                    uint32_t count, sp_arena *arena, uint32_t *class_of);

#endif
