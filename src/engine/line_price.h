/* What a once_line group can gain, at most: a price for every line, and what each of its rules can
 * gain beyond the prices of the lines it takes.
 *
 * A line serves one rule of the group, so whatever lines the rules take, together they gain no more
 * than the prices of all lines and what each rule gains beyond them (Lagrange). That holds for any
 * prices; good ones are those at which lines that could be cut into pieces would be given away. */
#ifndef SP_ENGINE_LINE_PRICE_H
#define SP_ENGINE_LINE_PRICE_H

#include "engine/tree.h"

/* Fills levels, weight, price_fen and spare_fen of all walks. After bound_turns. E_MEMORY. */
sp_err line_prices(search *x);

/* Prepares the sums over what is behind each position of a walk. */
void line_price_begin(line_walk *w);

/* The most that the walk's rule gains beyond the prices of its lines, with those it has (so) and
 * any of those from position k on. */
int64_t line_price_beyond(const line_walk *w, uint32_t k, const line_sums *so);

#endif
