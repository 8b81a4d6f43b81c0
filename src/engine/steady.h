/* What comes out the same in every decision: thresholds that no cut can carry to their other side,
 * amounts that are never clamped. Whatever this file cannot prove is searched. */
#ifndef SP_ENGINE_STEADY_H
#define SP_ENGINE_STEADY_H

#include "engine/pricing.h"

/* Whether the turn, which has no lines of its own, gives the same wherever at most cut_before_fen
 * is cut before it. After bound_turns. */
bool steady_gain(const pricing *p, const turn *t, int64_t cut_before_fen);

/* The same of the freight table's test. */
bool steady_freight(const pricing *p, int64_t cut_before_fen);

/* The most a turn can cut. A group's maximum is not used, so it is generous. */
int64_t steady_most_cut(const turn *t);

#endif
