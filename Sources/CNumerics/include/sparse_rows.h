#ifndef CNUMERICS_SPARSE_ROWS_H
#define CNUMERICS_SPARSE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

// Kernels for one sparse row and the dense rows that it refers to. Dense rows are `stride` floats apart (a multiple
// of 16), padded with zeros.

/// How a cell with value r enters a weighted least squares problem with a shared Gram matrix. Its right-hand side is
/// target_scale·r + target_offset (0 for r ≤ 0); its weight in addition to the shared one is extra_scale·|r| +
/// extra_offset.
typedef struct {
  float target_scale, target_offset, extra_scale, extra_offset;
} cell_weighting;

/// Rows of a dense matrix with weights: row `i` is at rows + stride·(columns ? columns[i] : i).
typedef struct {
  const float *rows;
  const int32_t *columns;
  const float *weights;
  int count;
} weighted_rows;

/// The first pass over the cells of a sparse row: targets += Σ target(rᵢ)·yᵢ. Where the additional weight is not
/// zero, appends it to `weights`, yᵢ to `rows` (unless NULL) and i to `kept`; returns how many. The row has `count`
/// cells; up to `available` cells from here may be read to prefetch their dense rows.
int sparse_row_gather(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                      long available, cell_weighting weighting, float *targets, float *rows, int32_t *kept,
                      float *weights);

/// product += scale·Σ wᵢ·(yᵢ·p)·yᵢ
void weighted_rows_product(weighted_rows rows, int stride, float scale, const float *p, float *product);

/// Σ wᵢ·(yᵢ·x)²
double weighted_rows_quadratic_form(weighted_rows rows, int stride, const float *x);

/// One conjugate gradient step for A·x = b, given A·p. Updates x, r, p and `residual_square` = r·r. Returns false if
/// it has converged; then p is zero and further steps change nothing.
bool conjugate_gradient_step(int stride, const float *ap, float *x, float *r, float *p, float *residual_square);

/// a·b over `count` floats, a multiple of 16.
float dense_dot(const float *a, const float *b, int count);

/// sums[l] += Σ valuesᵢ·lanes[16·columnsᵢ + l] for 16 lanes l: one sparse row times 16 dense columns.
void sparse_row_times_lanes(const float *lanes, const int32_t *columns, const float *values, int count, float *sums);

/// y += scale·x over `count` floats.
void dense_add_scaled(float scale, const float *restrict x, float *restrict y, int count);

/// The first index ≥ `from` whose score exceeds `threshold`, or `count`. NaN exceeds nothing.
int first_above(const float *scores, int from, int count, float threshold);

/// sums += Σ values[k]·(row columns[k] of a CSR matrix), in the order of the cells. A sum is −0 as long as nothing
/// was added to it. Columns that leave that state are written to `reached`, which needs space for one more element
/// than there are columns. Returns how many they are.
int sparse_row_times_rows(const int32_t *columns, const float *values, int count, const long *offsets,
                          const int32_t *other_columns, const float *other_values, float *sums, int32_t *reached);

#endif
