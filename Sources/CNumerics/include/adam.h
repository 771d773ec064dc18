#ifndef CNUMERICS_ADAM_H
#define CNUMERICS_ADAM_H

#include <stdint.h>

/// The constants of Adam with coupled weight decay (L2 penalty).
typedef struct {
  /// The weight decay, β₂, 1 − β₁, 1 − β₂ and ε. The shares are computed in double and then rounded, as torch does:
  /// computed in float, 1 − β₂ has a relative error of 1.3e−5, which shows after a thousand steps.
  float weight_decay, second_decay, first_share, second_share, epsilon;
} adam_settings;

/// One step for 16 weights w with gradient g (without decay) and moments m and v. For step t, rate = γ/(1 − β₁ᵗ) and
/// correction = 1/√(1 − β₂ᵗ).
void adam_step(adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v);

/// Steps without a gradient, in which only weight decay acts, for up to 64 rows in parallel. Weight c of row l is at
/// 64·c + l. Row l takes the steps from[l]..<to[l]; unused lanes hold zeros and the steps of another row. Negligible
/// weights and moments become zero, and rows that are all zero are skipped.
void adam_lazy_steps(adam_settings settings, const float *rates, const float *corrections, const int32_t *from,
                const int32_t *to, int rows, int columns, float *w, float *m, float *v);

/// The same for a single row of `count` weights, a multiple of 16.
void adam_lazy_steps_row(adam_settings settings, const float *rates, const float *corrections, int32_t from, int32_t to,
                    int count, float *w, float *m, float *v);

#endif
