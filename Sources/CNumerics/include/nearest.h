#ifndef CNUMERICS_NEAREST_H
#define CNUMERICS_NEAREST_H

#include <stdint.h>

/// The largest cells of every row so far: row r has counts[r] entries from capacity·r on, the worst first, as a heap.
///
/// An entry is a cell's value and, below it, its column, so that the greater entry is the greater value and, of equal
/// ones, the smaller column. thresholds[r] is the least value that may still get in: −∞ until the row is full.
typedef struct {
  uint64_t *entries;
  int32_t *counts;
  float *thresholds;
  long capacity;
} nearest_cells;

/// Adds the product of a sparse row and a sparse matrix to `sums`, for the columns from `first` on alone; every row
/// that a cell leads to holds the column `first`. Columns reached for the first time, where the sum was −0, are
/// written to `reached`; returns how many they are.
int sparse_row_times_later_columns(const int32_t *columns, const float *values, int count, const long *offsets,
                                   const int32_t *other_columns, const float *other_values, int32_t first, float *sums,
                                   int32_t *reached);

/// Offers the sums of a row with itself and the rows after it to it and to them; sums are −0 again afterwards.
void nearest_cells_offer(nearest_cells cells, int32_t row, int32_t row_count, float *sums, const int32_t *reached,
                         int reached_count);

/// Offers what one has found for a row to the other.
void nearest_cells_join(nearest_cells cells, nearest_cells others, long row);

/// The cells of a row, by column.
void nearest_cells_take(nearest_cells cells, long row, int32_t *columns, float *values);

#endif
