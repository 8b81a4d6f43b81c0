/* Linear algebra: a large inverse by LAPACK, small systems by hand. */
#ifndef SP_TRAIN_SOLVE_H
#define SP_TRAIN_SOLVE_H

#include <stdbool.h>
#include <stdint.h>

/* The inverse of a symmetric positive matrix, in place: of n x n floats by rows the entries right
 * of and on the diagonal. False: it is not positive. */
bool solve_invert(float *matrix, uint32_t n);

/* Solves the symmetric positive system of n x n; `right` becomes the answer. `matrix` is used up.
 */
bool solve_small(double *matrix, double *right, uint32_t n);

#endif
