#include "sparse_rows.h"

#include <math.h>

// All of these are inlined, so how a CPU without such registers would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes16 __attribute__((vector_size(64), aligned(4)));
typedef float lanes8 __attribute__((vector_size(32), aligned(4)));

static inline __attribute__((always_inline)) lanes16 load(const float *from) { return *(const lanes16 *)from; }
static inline __attribute__((always_inline)) void store(float *to, lanes16 lanes) { *(lanes16 *)to = lanes; }

/// Halves are added pairwise: the same order on every CPU.
static inline __attribute__((always_inline)) float sum(lanes16 v) {
  lanes8 a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
             __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  float b0 = a[0] + a[4], b1 = a[1] + a[5], b2 = a[2] + a[6], b3 = a[3] + a[7];
  return (b0 + b2) + (b1 + b3);
}

static inline __attribute__((always_inline)) float dot(const float *a, const float *b, int count) {
  lanes16 even = {0}, odd = {0};
  int at = 0;
  for (; at + 32 <= count; at += 32) {
    even += load(a + at) * load(b + at);
    odd += load(a + at + 16) * load(b + at + 16);
  }
  if (at < count) even += load(a + at) * load(b + at);
  return sum(even + odd);
}

static inline __attribute__((always_inline)) void add_scaled(float scale, const float *x, float *y, int count) {
  for (int at = 0; at < count; at += 16) store(y + at, load(y + at) + scale * load(x + at));
}

static inline float target(cell_weighting w, float r) { return r > 0 ? w.target_scale * r + w.target_offset : 0; }
static inline float extra(cell_weighting w, float r) { return w.extra_scale * fabsf(r) + w.extra_offset; }

/// Rows of a large dense matrix are far apart: ask for them before they are needed.
static inline void prefetch(const float *dense, int stride, const int32_t *columns, int cell, int count) {
  const int ahead = 6;
  if (cell + ahead >= count) return;
  const float *row = dense + (long)columns[cell + ahead] * stride;
  for (int at = 0; at < stride; at += 16) __builtin_prefetch(row + at);
}

void sparse_row_residual(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                         cell_weighting weighting, const float *x, float *residual) {
  for (int cell = 0; cell < count; cell++) {
    prefetch(dense, stride, columns, cell, count);
    const float *y = dense + (long)columns[cell] * stride;
    float weight = target(weighting, values[cell]), beyond = extra(weighting, values[cell]);
    if (beyond != 0) weight -= beyond * dot(y, x, stride);
    add_scaled(weight, y, residual, stride);
  }
}

void sparse_row_product(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                        cell_weighting weighting, const float *p, float *product) {
  for (int cell = 0; cell < count; cell++) {
    float beyond = extra(weighting, values[cell]);
    if (beyond == 0) continue;
    const float *y = dense + (long)columns[cell] * stride;
    add_scaled(beyond * dot(y, p, stride), y, product, stride);
  }
}

double sparse_row_loss(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                       cell_weighting weighting, const float *x) {
  double loss = 0;
  for (int cell = 0; cell < count; cell++) {
    prefetch(dense, stride, columns, cell, count);
    float score = dot(dense + (long)columns[cell] * stride, x, stride);
    loss += (double)((extra(weighting, values[cell]) * score - 2 * target(weighting, values[cell])) * score);
  }
  return loss;
}

bool conjugate_gradient_step(int stride, const float *ap, float *x, float *r, float *p, float *residual_square) {
  const float negligible = 1e-20f;
  if (*residual_square >= negligible) {
    float length = *residual_square / dot(p, ap, stride);
    add_scaled(length, p, x, stride);
    add_scaled(-length, ap, r, stride);
    float square = dot(r, r, stride);
    if (square >= negligible) {
      float ratio = square / *residual_square;
      for (int at = 0; at < stride; at += 16) store(p + at, load(r + at) + ratio * load(p + at));
      *residual_square = square;
      return true;
    }
    *residual_square = 0;
  }
  for (int at = 0; at < stride; at++) p[at] = 0;
  return false;
}

float dense_dot(const float *a, const float *b, int count) { return dot(a, b, count); }

void sparse_row_times_lanes(const float *lanes, const int32_t *columns, const float *values, int count, float *sums) {
  lanes16 even = load(sums), odd = {0};
  int cell = 0;
  for (; cell + 2 <= count; cell += 2) {
    even += values[cell] * load(lanes + 16l * columns[cell]);
    odd += values[cell + 1] * load(lanes + 16l * columns[cell + 1]);
  }
  if (cell < count) even += values[cell] * load(lanes + 16l * columns[cell]);
  store(sums, even + odd);
}

void dense_add_scaled(float scale, const float *restrict x, float *restrict y, int count) {
  for (int at = 0; at < count; at++) y[at] += scale * x[at];
}

int first_above(const float *scores, int from, int count, float threshold) {
  int at = from;
  for (; at + 32 <= count; at += 32)
    if (__builtin_reduce_or((load(scores + at) > threshold) | (load(scores + at + 16) > threshold)) != 0) break;
  for (; at < count; at++)
    if (scores[at] > threshold) return at;
  return count;
}
