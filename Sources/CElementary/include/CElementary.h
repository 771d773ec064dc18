#ifndef CELEMENTARY_H
#define CELEMENTARY_H

// Elementary functions that give the same bits on every CPU and with every C library: they are made of additions,
// products and fused multiply-adds of IEEE 754 alone, in a written order.
//
// Results of `double` functions are the exact value rounded to nearest, but where that lies within 2⁻¹⁰ of a unit in
// the last place of the middle between two numbers: the error is below 0.501 units (0.52 for pow, one unit where the
// result is below the normal numbers). Results of `float` functions are off by less than 0.501 units. Special values
// are those of C's Annex F.

double elementary_exp(double x);
double elementary_log(double x);
double elementary_log1p(double x);
double elementary_log2(double x);
double elementary_log10(double x);
double elementary_pow(double base, double exponent);

// The same of many numbers: the same bits in a half to a fifth of the time.
void elementary_exp_of_all(const double *x, double *results, long count);
void elementary_log_of_all(const double *x, double *results, long count);
void elementary_log1p_of_all(const double *x, double *results, long count);

float elementary_expf(float x);
float elementary_logf(float x);
float elementary_log1pf(float x);
/// For angles of at most 2²⁰.
float elementary_cosf(float x);
float elementary_sinf(float x);

#endif
