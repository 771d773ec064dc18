#include "adam.h"

#include <math.h>

#pragma clang diagnostic ignored "-Wpsabi"

// All of these are inlined, so how a CPU without such registers would pass them does not matter.
typedef float lanes16 __attribute__((vector_size(64), aligned(4)));
typedef int mask16 __attribute__((vector_size(64), aligned(4)));

static inline __attribute__((always_inline)) lanes16 load(const float *from) { return *(const lanes16 *)from; }
static inline __attribute__((always_inline)) void store(float *to, lanes16 lanes) { *(lanes16 *)to = lanes; }

/// Values below 1e-37 are as good as zero, and as denormals would cost a hundred times the time.
static inline __attribute__((always_inline)) lanes16 flush(lanes16 x) {
  lanes16 least = {0};
  least += 1e-37f;
  return (lanes16)((mask16)x & (__builtin_elementwise_abs(x) >= least));
}

static inline __attribute__((always_inline)) void step(adam_settings s, float rate, float correction, lanes16 g,
                                                       lanes16 *w, lanes16 *m, lanes16 *v) {
  g += s.weight_decay * *w;
  *m = flush(*m + (1 - s.first_decay) * (g - *m));
  *v = flush(s.second_decay * *v + (1 - s.second_decay) * (g * g));
  *w = flush(*w - rate * (*m / (__builtin_elementwise_sqrt(*v) * correction + s.epsilon)));
}

void adam_step(adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v) {
  lanes16 weight = load(w), first = load(m), second = load(v);
  step(settings, rate, correction, load(g), &weight, &first, &second);
  store(w, weight);
  store(m, first);
  store(v, second);
}

void adam_coast(adam_settings settings, const float *rates, const float *corrections, int count, float *w, float *m,
                float *v) {
  lanes16 weight = load(w), first = load(m), second = load(v), zero = {0};
  for (int at = 0; at < count; at++) {
    if ((at & 63) == 0 && __builtin_reduce_or((weight != zero) | (first != zero)) == 0) {
      // Only v still shrinks, by the same factor every step.
      second = flush(powf(settings.second_decay, (float)(count - at)) * second);
      break;
    }
    step(settings, rates[at], corrections[at], zero, &weight, &first, &second);
  }
  store(w, weight);
  store(m, first);
  store(v, second);
}
