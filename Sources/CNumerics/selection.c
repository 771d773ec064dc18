#include "selection.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sparse_rows.h"

#define INLINED static inline __attribute__((always_inline))

// A score and a column in one number: greater is better, and among equal scores the smaller column is.
INLINED uint64_t key_of(float score, int32_t column) {
  const float plain = score + 0.0f;  // of −0 and 0 neither is greater
  uint32_t bits;
  __builtin_memcpy(&bits, &plain, sizeof bits);
  bits ^= (uint32_t)((int32_t)bits >> 31) | 0x80000000u;
  return (uint64_t)bits << 32 | (uint32_t)~column;
}

INLINED float score_of(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  bits ^= (uint32_t)((int32_t)~bits >> 31) | 0x80000000u;
  float score;
  __builtin_memcpy(&score, &bits, sizeof score);
  return score;
}

INLINED int32_t column_of(uint64_t key) { return (int32_t)~(uint32_t)key; }

INLINED bool is_untouched(float sum) {
  int32_t bits;
  __builtin_memcpy(&bits, &sum, sizeof bits);
  return bits == INT32_MIN;
}

INLINED uint64_t middle_of(uint64_t a, uint64_t b, uint64_t c) {
  const uint64_t low = a < b ? a : b, high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

INLINED void sort_descending(uint64_t *keys, int from, int to) {
  for (int at = from + 1; at < to; at++) {
    const uint64_t key = keys[at];
    int place = at;
    for (; place > from && keys[place - 1] < key; place--) keys[place] = keys[place - 1];
    keys[place] = key;
  }
}

/// Moves the `k` greatest to the front.
static void keep_greatest(uint64_t *keys, int count, int k) {
  int from = 0, to = count;
  while (to - from > 12) {
    const uint64_t pivot = middle_of(keys[from], keys[from + (to - from) / 2], keys[to - 1]);
    int middle = from;
    for (int at = from; at < to; at++) {
      const uint64_t key = keys[at];
      keys[at] = keys[middle];
      keys[middle] = key;
      middle += key > pivot;
    }
    if (middle == k) return;
    if (middle == from) break;
    if (k < middle) to = middle;
    else from = middle;
  }
  sort_descending(keys, from, to);
}

INLINED uint64_t least_of(const uint64_t *keys, int count) {
  uint64_t least = keys[0];
  for (int at = 1; at < count; at++) least = keys[at] < least ? keys[at] : least;
  return least;
}

/// The candidates so far, and the key that a further one has to exceed.
typedef struct {
  uint64_t *keys;
  int count, k;
  uint64_t least;
} candidates;

INLINED void offer(candidates *all, float sum, int32_t column) {
  const uint64_t key = key_of(sum, column);
  all->keys[all->count] = key;
  all->count += key > all->least && sum == sum && !is_untouched(sum);
  if (all->count < 2 * all->k + 63) return;
  keep_greatest(all->keys, all->count, all->k);
  all->count = all->k;
  all->least = least_of(all->keys, all->k);
}

static int compare_ascending(const void *left, const void *right) {
  const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

int take_largest_sums(float *sums, int count, const int32_t *reached, int reached_count, int k, uint64_t *keys,
                      int32_t *columns, float *values) {
  if (k <= 0) reached_count = 0;
  candidates all = {keys, 0, k, key_of(-__builtin_inff(), -1) | UINT32_MAX};
  const int sample = 2 * k + 62;
  // Where much was reached, looking at everything in order is faster than at what was reached.
  if (reached_count > count / 16 && reached_count > sample) {
    for (int place = 0; place < sample; place++) offer(&all, sums[reached[place]], reached[place]);
    if (all.count >= k) {
      // The k-th of some is no better than the k-th of all.
      keep_greatest(keys, all.count, k);
      all.least = least_of(keys, k) - 1;
    }
    all.count = 0;
    uint64_t known = all.least;
    float threshold = score_of(known - (UINT64_C(1) << 32));
    if (threshold == 0) threshold = -FLT_MIN;  // −0 is not below 0
    for (int at = first_above(sums, 0, count, threshold); at < count;
         at = first_above(sums, at + 1, count, threshold)) {
      offer(&all, sums[at], at);
      // From here on the columns are greater than those of the candidates: an equal score is not enough.
      if (all.least != known) threshold = score_of(known = all.least);
    }
    for (int at = 0; at < count; at++) sums[at] = -0.0f;
  } else {
    for (int place = 0; place < reached_count; place++) {
      const int32_t column = reached[place];
      offer(&all, sums[column], column);
      sums[column] = -0.0f;
    }
  }
  if (all.count > k) {
    keep_greatest(keys, all.count, k);
    all.count = k;
  }
  // By column, the score below it.
  for (int at = 0; at < all.count; at++) keys[at] = (uint64_t)(uint32_t)column_of(keys[at]) << 32 | keys[at] >> 32;
  if (all.count <= 64) {
    for (int at = 1; at < all.count; at++) {
      const uint64_t key = keys[at];
      int place = at;
      for (; place > 0 && keys[place - 1] > key; place--) keys[place] = keys[place - 1];
      keys[place] = key;
    }
  } else {
    qsort(keys, (size_t)all.count, sizeof *keys, compare_ascending);
  }
  for (int at = 0; at < all.count; at++) {
    columns[at] = (int32_t)(keys[at] >> 32);
    values[at] = score_of(keys[at] << 32);
  }
  return all.count;
}
