/* What a log says of items beside their company: how popular, how new, how often bought again; and
 * of members: what they bought before. */
#ifndef SP_TRAIN_HABITS_H
#define SP_TRAIN_HABITS_H

#include "train/log.h"

typedef struct {
  float *popular, *recent, *newcomer; /* beside the largest; NULL: not known */
  float *repeat;                      /* of the members who bought it, who bought it again, 0..1 */
  uint32_t idle_days, loyal_orders, loyal_yuan;
} habits;

habits habits_of(const order_log *log);
void habits_free(habits *h);

/* For each order the one before of the same member, UINT32_MAX: none. */
uint32_t *previous_orders(const order_log *log);

#endif
