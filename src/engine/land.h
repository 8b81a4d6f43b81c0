/* Where a cut lands: its shares over the segments, none above the segment's room, see src/README.md
 * §3.1 and §4. */
#ifndef SP_ENGINE_LAND_H
#define SP_ENGINE_LAND_H

#include "engine/give.h"

/* An order-level cut, at most the room of all: shared by weights (per position, zeroes allowed), or
 * by what is left where they are NULL; over the packages first. */
void land_order(give_work *w, int64_t amount_fen, const int64_t *weights);

/* The same over positions [from, to) of one line; nothing of it is lost. */
void land_line(give_work *w, uint32_t from, uint32_t to, int64_t amount_fen,
               const int64_t *weights);

/* Cuts of single pieces that stand in w->cut: what a segment has no room for is lost. */
void land_pieces(give_work *w);

/* Segments of a line stand side by side: where the line of position `from` ends. */
uint32_t land_line_end(const give_work *w, uint32_t from);

/* The room of positions [from, to), and of them all. */
int64_t land_room_of_all(const give_work *w);
int64_t land_room(const give_work *w, uint32_t from, uint32_t to);

#endif
