#ifndef CNUMERICS_SPARSE_ROWS_H
#define CNUMERICS_SPARSE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

// Kernels over one sparse row and the dense rows it points to. Dense rows are `stride` floats apart, `stride` a
// multiple of 16, padded with zeros.

/// How the value r of a cell enters a weighted least squares problem with a shared Gram matrix: its right-hand side
/// is target_scale·r + target_offset (0 for r ≤ 0), its weight beyond the shared one extra_scale·|r| + extra_offset.
typedef struct {
  float target_scale, target_offset, extra_scale, extra_offset;
} cell_weighting;

/// Rows of a dense matrix and a weight for each: row `i` is at rows + stride·(columns ? columns[i] : i).
typedef struct {
  const float *rows;
  const int32_t *columns;
  const float *weights;
  int count;
} weighted_rows;

/// The first look at a sparse row's cells: targets += Σ target(rᵢ)·yᵢ, and where the weight beyond the shared one is
/// not zero, it is appended to `weights`, yᵢ to `rows` (unless NULL) and i to `kept`. How many were. `available` cells
/// from here on can be looked at to fetch their rows early, `count` of them are the row's own.
int sparse_row_gather(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                      long available, cell_weighting weighting, float *targets, float *rows, int32_t *kept,
                      float *weights);

/// product += scale·Σ wᵢ·(yᵢ·p)·yᵢ
void weighted_rows_product(weighted_rows rows, int stride, float scale, const float *p, float *product);

/// Σ wᵢ·(yᵢ·x)²
double weighted_rows_quadratic_form(weighted_rows rows, int stride, const float *x);

/// One conjugate gradient step of A·x = b given A·p: x, r and p are updated, and what r·r is is kept in
/// `residual_square`. False when it converged: then p is zero and nothing changes any more.
bool conjugate_gradient_step(int stride, const float *ap, float *x, float *r, float *p, float *residual_square);

/// a·b over `count` floats, a multiple of 16.
float dense_dot(const float *a, const float *b, int count);

/// sums[l] += Σ valuesᵢ·lanes[16·columnsᵢ + l] for 16 lanes l: one sparse row times 16 dense columns.
void sparse_row_times_lanes(const float *lanes, const int32_t *columns, const float *values, int count, float *sums);

/// y += scale·x over `count` floats.
void dense_add_scaled(float scale, const float *restrict x, float *restrict y, int count);

/// The first place at or after `from` whose score exceeds `threshold`, or `count`; NaN exceeds nothing.
int first_above(const float *scores, int from, int count, float threshold);

/// sums += Σ values[k]·(row columns[k] of a matrix of compressed rows), in the order of the cells. Sums are −0 where
/// nothing was added yet; the columns for which that ends are written to `reached`, which has room for one more than
/// there are columns. How many those are.
int sparse_row_times_rows(const int32_t *columns, const float *values, int count, const long *offsets,
                          const int32_t *other_columns, const float *other_values, float *sums, int32_t *reached);

#endif
