#ifndef CNUMERICS_ADAM_H
#define CNUMERICS_ADAM_H

/// Adam with coupled weight decay, and what does not change from step to step.
typedef struct {
  float weight_decay, first_decay, second_decay, epsilon;
} adam_settings;

/// One step of 16 weights w with gradient g (without decay) and moments m, v: rate = γ/(1 − β₁ᵗ), correction =
/// 1/√(1 − β₂ᵗ) of this step.
void adam_step(adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v);

/// The steps of `count` times 16 weights whose gradient is zero: only decay moves them. Weights and moments smaller than
/// can be seen are set to zero, and what is all zero takes no more steps.
void adam_coast(adam_settings settings, const float *rates, const float *corrections, int count, float *w, float *m,
                float *v);

#endif
