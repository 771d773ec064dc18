#ifndef CNUMERICS_PAIRWISE_H
#define CNUMERICS_PAIRWISE_H

#include <stdint.h>

/// The layout and the parameters of pairwise descent. Rows are `stride` floats apart (a multiple of 16), padded with
/// zeros. Column `bias` is constantly 1 in a user's row, and holds the bias in an item's row.
typedef struct {
  int stride, bias;
  float user_rate, item_rate, penalty;
} pairwise_settings;

/// For every triple (user, liked, disliked) in order: one step of gradient ascent on ln σ(user·liked −
/// user·disliked). Triples with a negative third number are skipped. Returns the sum of −ln σ before each step;
/// `count` becomes the number of triples used.
double pairwise_descend(pairwise_settings settings, const int32_t *triples, int64_t *count, float *users, float *items);

#endif
