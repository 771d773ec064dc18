#ifndef CNUMERICS_H
#define CNUMERICS_H

#include "adam.h"
#include "blas.h"
#include "descent.h"
#include "pairwise.h"
#include "selection.h"
#include "sparse_rows.h"

#endif
