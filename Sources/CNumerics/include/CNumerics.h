#ifndef CNUMERICS_H
#define CNUMERICS_H

#include "adam.h"
#include "dense.h"
#include "descent.h"
#include "kernel_sets.h"
#include "pairwise.h"
#include "selection.h"
#include "sparse_rows.h"

#endif
