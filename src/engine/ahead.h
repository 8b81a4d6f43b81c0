/* What the turns of a tail can still add, at most, by how much is left of the goods.
 *
 * From the last turn to the first: whoever is to have so much after a coupon needs so much more
 * before it, so what can be added is a rising step function of what is left. Where it has too many
 * steps the closest are joined: the bound grows, it stays a bound. */
#ifndef SP_ENGINE_AHEAD_H
#define SP_ENGINE_AHEAD_H

#include "base/base.h"

/* What a turn can add at once: a gain, for which it leaves so much less. */
typedef struct {
  int64_t gte_fen;  /* left before it, fixed parts included; 0: any */
  int64_t gain_fen; /* at most, whatever is left */
  int64_t cut_fen;  /* at least, where that much is left */
  uint32_t bp;      /* > 0: gain and cut are also this rate of what is left */
} ahead_turn;

typedef struct {
  int64_t need_fen, most_fen;
} ahead_step;

typedef struct {
  ahead_step *steps; /* both rising; the first one needs nothing */
  uint32_t count;
} ahead;

/* Steps that working on lists of `most` steps needs room for. */
#define AHEAD_SPARE(most) (3 * (most) + 320)

/* What can be added from before the turn: nothing of it and then `without`, or the turn once and
 * then `after`. top_fen: no more is left than that; fixed_fen: of it nothing is cut. out has room
 * for `most` steps and may be `after`; spare: AHEAD_SPARE. */
void ahead_take(const ahead_turn *t, const ahead *without, const ahead *after, int64_t top_fen,
                int64_t fixed_fen, uint32_t most, ahead_step *spare, ahead *out);

/* The same with a price that is only paid where less is left than gte_fen. */
void ahead_charge(const ahead *after, int64_t gte_fen, int64_t price_fen, uint32_t most,
                  ahead_step *spare, ahead *out);

int64_t ahead_most(const ahead *a, int64_t left_fen);

#endif
