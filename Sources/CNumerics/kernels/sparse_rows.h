// Kernels for one sparse row and the dense rows that it refers to.

INLINED float target(cell_weighting w, float r) { return r > 0 ? fused1(w.target_scale, r, w.target_offset) : 0; }
INLINED float extra(cell_weighting w, float r) { return fused1(w.extra_scale, __builtin_fabsf(r), w.extra_offset); }

/// How many cells ahead dense rows are prefetched: far enough for memory latency, but long rows would fill the cache.
INLINED int cells_ahead(int stride) { return stride <= 32 ? 16 : stride <= 64 ? 8 : 4; }

INLINED void prefetch(const float *row, int stride) {
  for (int at = 0; at < stride; at += 16) __builtin_prefetch(row + at);
}

/// The number of cells whose terms are summed before they are added to the total. This limits rounding errors of long
/// rows.
enum { cells_together = 512 };

INLINED int gather(const int stride, const float *dense, const int32_t *columns, const float *values, int count,
                   long available, cell_weighting weighting, float *targets, float *rows, int32_t *kept,
                   float *weights) {
  const int ahead = cells_ahead(stride);
  int found = 0;
  for (int start = 0; start < count; start += cells_together) {
    const int end = start + cells_together < count ? start + cells_together : count;
    float sums[stride];
    for (int at = 0; at < stride; at++) sums[at] = 0;
    for (int cell = start; cell < end; cell++) {
      if (cell + ahead < available) prefetch(dense + (long)columns[cell + ahead] * stride, stride);
      const float *y = dense + (long)columns[cell] * stride;
      add_scaled(target(weighting, values[cell]), y, sums, stride);
      const float beyond = extra(weighting, values[cell]);
      if (beyond == 0) continue;
      if (rows)
        for (int at = 0; at < stride; at += 16) store(rows + (long)found * stride + at, load(y + at));
      kept[found] = columns[cell];
      weights[found++] = beyond;
    }
    add_scaled(1, sums, targets, stride);
  }
  return found;
}

static int KERNEL(sparse_row_gather)(const float *dense, int stride, const int32_t *columns, const float *values, int count,
                      long available, cell_weighting weighting, float *targets, float *rows, int32_t *kept,
                      float *weights) {
  switch (stride) {  // With a constant stride, the sums stay in registers.
    case 16: return gather(16, dense, columns, values, count, available, weighting, targets, rows, kept, weights);
    case 32: return gather(32, dense, columns, values, count, available, weighting, targets, rows, kept, weights);
    case 64: return gather(64, dense, columns, values, count, available, weighting, targets, rows, kept, weights);
    case 128: return gather(128, dense, columns, values, count, available, weighting, targets, rows, kept, weights);
    default: return gather(stride, dense, columns, values, count, available, weighting, targets, rows, kept, weights);
  }
}

INLINED const float *row_at(weighted_rows rows, int stride, int place) {
  return rows.rows + (long)(rows.columns ? rows.columns[place] : place) * stride;
}

INLINED void product_with(const int stride, weighted_rows rows, float scale, const float *p, float *product) {
  const int ahead = cells_ahead(stride);
  for (int start = 0; start < rows.count; start += cells_together) {
    const int end = start + cells_together < rows.count ? start + cells_together : rows.count;
    float sums[stride];
    for (int at = 0; at < stride; at++) sums[at] = 0;
    int place = start;
    // Four dot products at a time, so that their sums do not wait for each other.
    for (; place + 4 <= end; place += 4) {
      if (rows.columns && place + ahead + 4 <= rows.count)
        for (int next = 0; next < 4; next++) prefetch(row_at(rows, stride, place + ahead + next), stride);
      const float *a = row_at(rows, stride, place), *b = row_at(rows, stride, place + 1);
      const float *c = row_at(rows, stride, place + 2), *d = row_at(rows, stride, place + 3);
      const float wa = rows.weights[place] * dot(a, p, stride), wb = rows.weights[place + 1] * dot(b, p, stride);
      const float wc = rows.weights[place + 2] * dot(c, p, stride), wd = rows.weights[place + 3] * dot(d, p, stride);
      for (int at = 0; at < stride; at += 16)
        store(sums + at, load(sums + at) + fused(all(wa), load(a + at), wb * load(b + at)) +
                             fused(all(wc), load(c + at), wd * load(d + at)));
    }
    for (; place < end; place++) {
      const float *y = row_at(rows, stride, place);
      add_scaled(rows.weights[place] * dot(y, p, stride), y, sums, stride);
    }
    add_scaled(scale, sums, product, stride);
  }
}

static void KERNEL(weighted_rows_product)(weighted_rows rows, int stride, float scale, const float *p, float *product) {
  switch (stride) {
    case 16: return product_with(16, rows, scale, p, product);
    case 32: return product_with(32, rows, scale, p, product);
    case 64: return product_with(64, rows, scale, p, product);
    case 128: return product_with(128, rows, scale, p, product);
    default: return product_with(stride, rows, scale, p, product);
  }
}

static double KERNEL(weighted_rows_quadratic_form)(weighted_rows rows, int stride, const float *x) {
  double sum = 0;
  for (int place = 0; place < rows.count; place++) {
    const double score = (double)dot(row_at(rows, stride, place), x, stride);
    sum = __builtin_fma((double)rows.weights[place] * score, score, sum);
  }
  return sum;
}

static bool KERNEL(conjugate_gradient_step)(int stride, const float *ap, float *x, float *r, float *p, float *residual_square) {
  const float negligible = 1e-20f;
  if (*residual_square >= negligible) {
    float length = *residual_square / dot(p, ap, stride);
    add_scaled(length, p, x, stride);
    add_scaled(-length, ap, r, stride);
    float square = dot(r, r, stride);
    if (square >= negligible) {
      float ratio = square / *residual_square;
      for (int at = 0; at < stride; at += 16) store(p + at, fused(all(ratio), load(p + at), load(r + at)));
      *residual_square = square;
      return true;
    }
    *residual_square = 0;
  }
  for (int at = 0; at < stride; at++) p[at] = 0;
  return false;
}

static float KERNEL(dense_dot)(const float *a, const float *b, int count) { return dot(a, b, count); }

static void KERNEL(sparse_row_times_lanes)(const float *lanes, const int32_t *columns, const float *values, int count, float *sums) {
  lanes16 even = load(sums), odd = {0};
  int cell = 0;
  for (; cell + 2 <= count; cell += 2) {
    even = fused(all(values[cell]), load(lanes + 16l * columns[cell]), even);
    odd = fused(all(values[cell + 1]), load(lanes + 16l * columns[cell + 1]), odd);
  }
  if (cell < count) even = fused(all(values[cell]), load(lanes + 16l * columns[cell]), even);
  store(sums, even + odd);
}

static int KERNEL(sparse_row_times_rows)(const int32_t *columns, const float *values, int count, const long *offsets,
                          const int32_t *other_columns, const float *other_values, float *restrict sums,
                          int32_t *restrict reached) {
  // The rows are short and anywhere in memory, so they are prefetched.
  enum { ahead = 12 };
  int reached_count = 0;
  for (int cell = 0; cell < count; cell++) {
    if (cell + 2 * ahead < count) __builtin_prefetch(offsets + columns[cell + 2 * ahead]);
    if (cell + ahead < count) {
      const long start = offsets[columns[cell + ahead]];
      __builtin_prefetch(other_columns + start);
      __builtin_prefetch(other_values + start);
      __builtin_prefetch(other_columns + start + 16);
      __builtin_prefetch(other_values + start + 16);
    }
    const float value = values[cell];
    const long end = offsets[columns[cell] + 1];
    for (long other = offsets[columns[cell]]; other < end; other++) {
      const int32_t column = other_columns[other];
      const float sum = sums[column];
      int32_t bits;
      __builtin_memcpy(&bits, &sum, sizeof bits);
      reached[reached_count] = column;
      reached_count += bits == INT32_MIN;
      // With + 0.0f, −0 becomes 0: otherwise −0 plus a product of −0 would stay −0, and the column would count as
      // reached twice.
      sums[column] = fused1(value, other_values[other], sum + 0.0f);
    }
  }
  return reached_count;
}

static void KERNEL(dense_add_scaled)(float scale, const float *restrict x, float *restrict y, int count) {
  for (int at = 0; at < count; at++) y[at] = fused1(scale, x[at], y[at]);
}

static int KERNEL(first_above)(const float *scores, int from, int count, float threshold) {
  int at = from;
  for (; at + 32 <= count; at += 32)
    if (__builtin_reduce_or((load(scores + at) > threshold) | (load(scores + at + 16) > threshold)) != 0) break;
  for (; at < count; at++)
    if (scores[at] > threshold) return at;
  return count;
}
