#ifndef CNUMERICS_DESCENT_H
#define CNUMERICS_DESCENT_H

/// One step of gradient descent on a rating predicted by known + Σ qₖ·pₖ: with the error e of the prediction, p grows by
/// rate·(e·q − penalty·p) and q by rate·(e·p − penalty·q). Returns e.
///
/// The sum runs from left to right and no product is fused with a sum: the bits of plain code.
double factor_descent_step(double rating, double known, double rate, double penalty, int factors, double *restrict p,
                           double *restrict q);

#endif
