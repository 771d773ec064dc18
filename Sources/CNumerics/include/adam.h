#ifndef CNUMERICS_ADAM_H
#define CNUMERICS_ADAM_H

#include <stdint.h>

/// Adam with coupled weight decay, and what does not change from step to step.
typedef struct {
  /// The decay of weights, β₂, 1 − β₁, 1 − β₂ and ε. The shares are rounded from double as torch rounds them: 1 − β₂ in
  /// float is off by 1.3e−5 of itself, which a thousand steps show.
  float weight_decay, second_decay, first_share, second_share, epsilon;
} adam_settings;

/// One step of 16 weights w with gradient g (without decay) and moments m, v: rate = γ/(1 − β₁ᵗ), correction =
/// 1/√(1 − β₂ᵗ) of this step.
void adam_step(adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v);

/// Steps whose gradient is zero, so that only decay moves a weight, for up to 64 rows side by side: weight c of row l is
/// at 64·c + l, and row l takes the steps from[l] up to but not including to[l]; lanes without a row hold zeros and the
/// steps of another. Weights and moments too small to be seen become zero, and what is all zero takes no more steps.
void adam_lazy_steps(adam_settings settings, const float *rates, const float *corrections, const int32_t *from,
                const int32_t *to, int rows, int columns, float *w, float *m, float *v);

/// The same for one row of `count` weights, a multiple of 16.
void adam_lazy_steps_row(adam_settings settings, const float *rates, const float *corrections, int32_t from, int32_t to,
                    int count, float *w, float *m, float *v);

#endif
