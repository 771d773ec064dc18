#ifndef CNUMERICS_PAIRWISE_H
#define CNUMERICS_PAIRWISE_H

#include <stdint.h>

/// What pairwise descent needs besides the factors: rows are `stride` floats apart, a multiple of 16, padded with
/// zeros; column `bias` of a user is 1 and stays so, that of an item is its bias.
typedef struct {
  int stride, bias;
  float user_rate, item_rate, penalty;
} pairwise_settings;

/// For every triple (user, liked, disliked), in order: one step up the gradient of ln σ(user·liked − user·disliked).
/// A triple whose third is negative is left out. The sum of −ln σ before each step; `count` becomes how many there were.
double pairwise_descend(pairwise_settings settings, const int32_t *triples, int64_t *count, float *users, float *items);

#endif
