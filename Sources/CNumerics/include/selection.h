#ifndef LECTERN_SELECTION_H
#define LECTERN_SELECTION_H

#include <stdint.h>

/// Takes the `k` largest of sums, among equal ones those of smaller columns, by column; and makes all sums −0 again, which
/// says that nothing was added. −∞ and NaN are never taken.
///
/// - `reached`: the columns that are not −0.
/// - `gathered`: room for their sums; there is room for 2·k + 64 in `keys` and for k in the results.
/// How many were taken.
int take_largest_sums(float *sums, const int32_t *reached, int reached_count, int k, float *gathered, uint64_t *keys,
                      int32_t *columns, float *values);

#endif
