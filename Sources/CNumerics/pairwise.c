#include "pairwise.h"

#include <math.h>

#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes16 __attribute__((vector_size(64), aligned(4)));

static inline __attribute__((always_inline)) lanes16 load(const float *from) { return *(const lanes16 *)from; }
static inline __attribute__((always_inline)) void store(float *to, lanes16 lanes) { *(lanes16 *)to = lanes; }

/// The lanes added up in pairs, always in the same order.
static inline __attribute__((always_inline)) float sum(lanes16 x) {
  float parts[16];
  store(parts, x);
  for (int width = 8; width > 0; width /= 2)
    for (int lane = 0; lane < width; lane++) parts[lane] += parts[lane + width];
  return parts[0];
}

double pairwise_descend(pairwise_settings settings, const int32_t *triples, int64_t *count, float *users,
                        float *items) {
  const int stride = settings.stride;
  // Rows are far apart in memory: they are asked for some triples ahead.
  const int64_t total = *count, ahead = 8;
  int64_t done = 0;
  double loss = 0;
  for (int64_t at = 0; at < total; at++) {
    if (at + ahead < total && triples[3 * (at + ahead) + 2] >= 0) {
      const int32_t *next = triples + 3 * (at + ahead);
      __builtin_prefetch(users + (int64_t)next[0] * stride, 1);
      __builtin_prefetch(items + (int64_t)next[1] * stride, 1);
      __builtin_prefetch(items + (int64_t)next[2] * stride, 1);
    }
    const int32_t *triple = triples + 3 * at;
    if (triple[2] < 0) continue;
    float *user = users + (int64_t)triple[0] * stride;
    float *liked = items + (int64_t)triple[1] * stride;
    float *disliked = items + (int64_t)triple[2] * stride;
    lanes16 sums = {0};
    for (int lane = 0; lane < stride; lane += 16)
      sums += load(user + lane) * (load(liked + lane) - load(disliked + lane));
    const float difference = sum(sums);
    const float slope = 1 / (1 + expf(difference));
    for (int lane = 0; lane < stride; lane += 16) {
      const lanes16 u = load(user + lane), l = load(liked + lane), d = load(disliked + lane);
      store(user + lane, u + settings.user_rate * (slope * (l - d) - settings.penalty * u));
      store(liked + lane, l + settings.item_rate * (slope * u - settings.penalty * l));
      store(disliked + lane, d - settings.item_rate * (slope * u + settings.penalty * d));
    }
    user[settings.bias] = 1;
    loss -= log1pf(-slope);
    done++;
  }
  *count = done;
  return loss;
}
