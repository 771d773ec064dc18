#include "descent.h"

double factor_descent_step(double rating, double known, double rate, double penalty, int factors, double *restrict p,
                           double *restrict q) {
#pragma clang fp contract(off)
  double product = 0;
  for (int k = 0; k < factors; k++) product += q[k] * p[k];
  const double error = rating - (known + product);
  for (int k = 0; k < factors; k++) {
    const double before = p[k], other = q[k];
    p[k] = before + rate * (error * other - penalty * before);
    q[k] = other + rate * (error * before - penalty * other);
  }
  return error;
}
