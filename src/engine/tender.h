/* Who pays (src/README.md §3.5): balances before cash, and rules that ask who it is. */
#ifndef SP_ENGINE_TENDER_H
#define SP_ENGINE_TENDER_H

#include "engine/pricing.h"

/* Shares the payable over the balances of the request's tender. */
void tender_split(pricing *p);

/* quote() where exactly the request's payer_bits pay. found: what another quote has decided, which
 * is priced as if it had been searched here; NULL: search. E_DECISION: it is not lawful here. */
sp_err quote_under(const sp_book *book, const sp_request *request, sp_arena *arena,
                   const sp_receipt *found, sp_receipt *out);

#endif
