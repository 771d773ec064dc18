#ifndef CELEMENTARY_H
#define CELEMENTARY_H

// Elementary functions with the same bits on every CPU and with every C library: they use only additions,
// multiplications and fused multiply-adds of IEEE 754, in a fixed order.
//
// Results of `double` functions are correctly rounded, except where the exact value is within 2⁻¹⁰ units in the last
// place (ulp) of the middle between two doubles. So the error is below 0.501 ulp (0.52 ulp for pow; 1 ulp for
// subnormal results). The error of `float` functions is below 0.501 ulp. Special values are those of C's Annex F.

double elementary_exp(double x);
double elementary_log(double x);
double elementary_log1p(double x);
double elementary_log2(double x);
double elementary_log10(double x);
double elementary_pow(double base, double exponent);

// Array versions: the same bits, two to five times faster.
void elementary_exp_of_all(const double *x, double *results, long count);
void elementary_log_of_all(const double *x, double *results, long count);
void elementary_log1p_of_all(const double *x, double *results, long count);

float elementary_expf(float x);
float elementary_logf(float x);
float elementary_log1pf(float x);
/// For angles of at most 2²⁰ in magnitude.
float elementary_cosf(float x);
float elementary_sinf(float x);

#endif
