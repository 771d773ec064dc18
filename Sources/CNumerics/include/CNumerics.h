#ifndef CNUMERICS_H
#define CNUMERICS_H

#include "blas.h"
#include "sparse_rows.h"

#endif
