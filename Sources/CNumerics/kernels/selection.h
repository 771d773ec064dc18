// The largest of many sums.

// Packs a score and a column into one number, so that a larger number is a better candidate. Of equal scores, the
// smaller column is better.
INLINED uint64_t key_of(float score, int32_t column) {
  const float plain = score + 0.0f;  // −0 and 0 count as equal
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

/// Moves the `k` largest keys to the front.
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

/// The candidates so far, and the key that a new candidate must exceed.
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

// Maps a float to an integer with the same order: the bits of negative floats are reversed.
INLINED int32_t order_of(float score) {
  int32_t bits;
  __builtin_memcpy(&bits, &score, sizeof bits);
  return bits ^ (int32_t)((uint32_t)(bits >> 31) >> 1);
}

INLINED float score_in(int32_t order) {
  const int32_t bits = order ^ (int32_t)((uint32_t)(order >> 31) >> 1);
  float score;
  __builtin_memcpy(&score, &bits, sizeof score);
  return score;
}

INLINED int count_from(const float *scores, int count, float least) {
  int found = 0;
  for (int at = 0; at < count; at++) found += scores[at] >= least;
  return found;
}

/// A threshold that at least `k` scores reach, and few more unless many are equal; −∞ if there are fewer scores.
/// Found by bisection: one pass over all scores costs a fraction of comparing each score with the candidates.
///
/// Needs at least 32 scores.
static float threshold_of(const float *scores, int count, int k) {
  // Lane by lane, so that the minima do not depend on each other.
  enum { lanes = 32 };
  float lows[lanes], highs[lanes];
  for (int lane = 0; lane < lanes; lane++) lows[lane] = __builtin_inff(), highs[lane] = -__builtin_inff();
  for (int at = 0; at < count; at += lanes) {
    const int first = at + lanes <= count ? at : count - lanes;
    for (int lane = 0; lane < lanes; lane++) {
      const float score = scores[first + lane];
      lows[lane] = score < lows[lane] ? score : lows[lane];
      highs[lane] = score > highs[lane] ? score : highs[lane];
    }
  }
  float least = lows[0], greatest = highs[0];
  for (int lane = 1; lane < lanes; lane++) {
    least = lows[lane] < least ? lows[lane] : least;
    greatest = highs[lane] > greatest ? highs[lane] : greatest;
  }
  int64_t low = order_of(least), high = order_of(greatest);
  if (low >= high || count_from(scores, count, least) < k) return -__builtin_inff();
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    const int found = count_from(scores, count, score_in((int32_t)middle));
    if (found < k) {
      high = middle - 1;
    } else {
      low = middle;
      if (found <= k + k / 2 + 16) break;
    }
  }
  return score_in((int32_t)low);
}

/// A bit mask of the scores among 16 that are `least` or more.
INLINED uint32_t not_below(const float *scores, float least) {
  typedef float floats __attribute__((ext_vector_type(16)));
  typedef bool bools __attribute__((ext_vector_type(16)));
  floats these;
  __builtin_memcpy(&these, scores, sizeof these);
  const bools found = __builtin_convertvector(these >= least, bools);
  uint16_t bits;
  __builtin_memcpy(&bits, &found, sizeof bits);
  return bits;
}

static int KERNEL(take_largest_sums)(float *sums, const int32_t *reached, int reached_count, int k, float *gathered, uint64_t *keys,
                      int32_t *columns, float *values) {
  candidates all = {keys, 0, k, key_of(-__builtin_inff(), -1) | UINT32_MAX};
  if (k <= 0) {
    for (int place = 0; place < reached_count; place++) sums[reached[place]] = -0.0f;
    return 0;
  }
  for (int place = 0; place < reached_count; place++) {
    gathered[place] = sums[reached[place]];
    sums[reached[place]] = -0.0f;
  }
  const bool isChoice = reached_count >= 32 && reached_count > k + k / 2 + 16;
  const float threshold = isChoice ? threshold_of(gathered, reached_count, k) : -__builtin_inff();
  int place = 0;
  for (; place + 16 <= reached_count; place += 16)
    for (uint32_t rest = not_below(gathered + place, threshold); rest != 0; rest &= rest - 1) {
      const int at = place + __builtin_ctz(rest);
      offer(&all, gathered[at], reached[at]);
    }
  for (; place < reached_count; place++)
    if (gathered[place] >= threshold) offer(&all, gathered[place], reached[place]);
  if (all.count > k) {
    keep_greatest(keys, all.count, k);
    all.count = k;
  }
  // Sort by column: the column in the high bits, the score in the low bits.
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
