#ifndef LECTERN_SELECTION_H
#define LECTERN_SELECTION_H

#include <stdint.h>

/// Takes the `k` largest sums (of equal sums those of smaller columns), sorted by column. Then sets all sums back to
/// −0, which marks a sum to which nothing was added. −∞ and NaN are never taken. Returns the number of sums taken.
///
/// - `reached`: the columns whose sum is not −0.
/// - `gathered`: space for their sums. `keys` needs space for 2·k + 64 elements, the results for k.
int take_largest_sums(float *sums, const int32_t *reached, int reached_count, int k, float *gathered, uint64_t *keys,
                      int32_t *columns, float *values);

#endif
