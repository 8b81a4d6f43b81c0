/* The engine's one question: book x request -> receipt. Pure; everything is allocated in the arena.
 *
 * quote() searches the best lawful decision (or takes the request's own) and prices it.
 * Errors: E_MEMORY; E_DECISION when the request's own decision is not lawful; E_OVERFLOW when the
 * cart passes SP_CART_FEN_MAX. */
#ifndef SP_ENGINE_ENGINE_H
#define SP_ENGINE_ENGINE_H

#include "base/arena.h"
#include "model/receipt.h"

sp_err quote(const sp_book *book, const sp_request *request, sp_arena *arena, sp_receipt *out);

#endif
