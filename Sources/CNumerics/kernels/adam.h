// Adam's steps, for sixteen weights at a time.

/// Replaces numbers below `bound` by zero: they are negligible, and would become subnormals, which are a hundred
/// times slower.
INLINED lanes16 flush(lanes16 x, float bound) {
  return (lanes16)((mask16)x & (__builtin_elementwise_abs(x) >= all(bound)));
}

/// A weight of this size changes no sum that it is part of.
static const float least_weight = 1e-20f;
/// The same limit for squares of gradients, which are much smaller.
static const float least_square = 1e-36f;

INLINED void step(adam_settings s, float rate, float correction, lanes16 g, lanes16 *w, lanes16 *m, lanes16 *v) {
  g = fused(all(s.weight_decay), *w, g);
  *m = fused(all(s.first_share), g - *m, *m);
  *v = fused(all(s.second_decay), *v, s.second_share * (g * g));
  const lanes16 size = fused(__builtin_elementwise_sqrt(*v), all(correction), all(s.epsilon));
  *w = fused(all(-rate), *m / size, *w);
}

static void KERNEL(adam_step)(adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v) {
  lanes16 weight = load(w), first = load(m), second = load(v);
  step(settings, rate, correction, load(g), &weight, &first, &second);
  store(w, flush(weight, least_weight));
  store(m, flush(first, least_weight));
  store(v, second);
}

/// Integer power by repeated squaring.
INLINED double power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2) result *= base;
  return result;
}

/// Steps of one to four vectors of 16 weights at once. Square root and division have a long latency, so several
/// vectors take hardly longer than one.
INLINED void lazy_steps(const int count, adam_settings s, const float *rates, const float *corrections, const int32_t *from,
                   const int32_t *to, float *w, float *m, float *v) {
  lanes16 weight[4], first[4], second[4], zero = {0};
  mask16 begin[4], end[4];
  int at = from[0], last_begin = from[0], first_end = to[0], last_end = to[0];
  for (int c = 0; c < count; c++) {
    weight[c] = load(w + 16 * c), first[c] = load(m + 16 * c), second[c] = load(v + 16 * c);
    begin[c] = *(const mask16 *)(from + 16 * c), end[c] = *(const mask16 *)(to + 16 * c);
  }
  for (int lane = 0; lane < 16 * count; lane++) {
    if (from[lane] < at) at = from[lane];
    if (from[lane] > last_begin) last_begin = from[lane];
    if (to[lane] < first_end) first_end = to[lane];
    if (to[lane] > last_end) last_end = to[lane];
  }
  while (at < last_end) {
    mask16 moving = {0};
    for (int c = 0; c < count; c++) {
      weight[c] = flush(weight[c], least_weight), first[c] = flush(first[c], least_weight);
      moving |= (weight[c] != zero) | (first[c] != zero);
    }
    if (__builtin_reduce_or(moving) == 0) break;
    const int stop = at + 64 < last_end ? at + 64 : last_end;
    if (at >= last_begin && stop <= first_end) {
      for (; at < stop; at++)
        for (int c = 0; c < count; c++)
          step(s, rates[at], corrections[at], zero, &weight[c], &first[c], &second[c]);
      continue;
    }
    for (; at < stop; at++) {
      for (int c = 0; c < count; c++) {
        const mask16 takes_part = (begin[c] <= at) & (end[c] > at);
        lanes16 next_weight = weight[c], next_first = first[c], next_second = second[c];
        step(s, rates[at], corrections[at], zero, &next_weight, &next_first, &next_second);
        weight[c] = chosen(takes_part, next_weight, weight[c]);
        first[c] = chosen(takes_part, next_first, first[c]);
        second[c] = chosen(takes_part, next_second, second[c]);
      }
    }
  }
  for (int lane = 0; lane < 16 * count && at < last_end; lane++) {
    // Only v still changes: it shrinks by the same factor in every step.
    const int left = to[lane] - (from[lane] > at ? from[lane] : at);
    if (left > 0) second[lane / 16][lane % 16] *= (float)power(s.second_decay, left);
  }
  for (int c = 0; c < count; c++) {
    store(w + 16 * c, flush(weight[c], least_weight));
    store(m + 16 * c, flush(first[c], least_weight));
    store(v + 16 * c, flush(second[c], least_square));
  }
}

static void KERNEL(adam_lazy_steps)(adam_settings settings, const float *rates, const float *corrections, const int32_t *from,
                const int32_t *to, int rows, int columns, float *w, float *m, float *v) {
  for (int column = 0; column < columns; column++, w += 64, m += 64, v += 64) {
    switch ((rows + 15) / 16) {
      case 1: lazy_steps(1, settings, rates, corrections, from, to, w, m, v); break;
      case 2: lazy_steps(2, settings, rates, corrections, from, to, w, m, v); break;
      case 3: lazy_steps(3, settings, rates, corrections, from, to, w, m, v); break;
      default: lazy_steps(4, settings, rates, corrections, from, to, w, m, v);
    }
  }
}

static void KERNEL(adam_lazy_steps_row)(adam_settings settings, const float *rates, const float *corrections, int32_t from, int32_t to,
                    int count, float *w, float *m, float *v) {
  int32_t begin[16], end[16];
  for (int lane = 0; lane < 16; lane++) begin[lane] = from, end[lane] = to;
  for (int at = 0; at < count; at += 16)
    lazy_steps(1, settings, rates, corrections, begin, end, w + at, m + at, v + at);
}
