/* A decision between the book's terms, in which requests and receipts have it, and the engine's: a
 * choice and p->assigned. */
#ifndef SP_ENGINE_DECISION_H
#define SP_ENGINE_DECISION_H

#include "engine/price.h"

/* The rule's turn of that kind; NULL: it cannot act so in this cart. */
const turn *decision_turn(const pricing *p, uint32_t rule, turn_kind kind);

/* Whether the coupon of the request can be used here: it is one of its rule's turn. */
bool decision_may_take(const pricing *p, uint32_t coupon);

/* Into c, which is all false, and p->assigned, which is all SP_NONE; false where it names what
 * cannot act in this cart. */
bool decision_read(pricing *p, const sp_decision *d, choice *c);

/* Into the receipt. E_MEMORY. */
sp_err decision_write(pricing *p, const choice *c);

#endif
