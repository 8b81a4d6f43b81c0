#include "train/solve.h"

#include <math.h>

/* LAPACK as Fortran has it: columns first, so its lower half is our upper one. */
void spotrf_(const char *half, const int *n, float *matrix, const int *stride, int *info);
void spotri_(const char *half, const int *n, float *matrix, const int *stride, int *info);

/* How sums are cut up depends on the number of threads, and so do the last bits: it is fixed. */
void openblas_set_num_threads(int count);
enum { THREADS = 2 };

bool solve_invert(float *matrix, uint32_t n) {
  int size = (int)n, info = 0;
  if (!n) return true;
  openblas_set_num_threads(THREADS);
  spotrf_("L", &size, matrix, &size, &info);
  if (info) return false;
  spotri_("L", &size, matrix, &size, &info);
  return !info;
}

bool solve_small(double *matrix, double *right, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    double *row = matrix + (uint64_t)i * n;
    for (uint32_t j = 0; j <= i; j++) {
      const double *other = matrix + (uint64_t)j * n;
      double sum = row[j];
      for (uint32_t k = 0; k < j; k++)
        sum -= row[k] * other[k];
      if (j < i)
        row[j] = sum / other[j];
      else if (sum <= 0)
        return false;
      else
        row[i] = sqrt(sum);
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < i; k++)
      right[i] -= matrix[(uint64_t)i * n + k] * right[k];
    right[i] /= matrix[(uint64_t)i * n + i];
  }
  for (uint32_t i = n; i-- > 0;) {
    for (uint32_t k = i + 1; k < n; k++)
      right[i] -= matrix[(uint64_t)k * n + i] * right[k];
    right[i] /= matrix[(uint64_t)i * n + i];
  }
  return true;
}
