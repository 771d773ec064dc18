// All kernels of one set. The including file defines the name of the set (KERNEL_SET) and the size of its register
// tiles, and enables the instructions of its CPU.

#define JOINED(name, set) name##_##set
#define NAME_IN(name, set) JOINED(name, set)
#define TEXT_OF(set) #set
#define TEXT(set) TEXT_OF(set)

/// The name of a kernel in this set.
#define KERNEL(name) NAME_IN(name, KERNEL_SET)

#include "lanes.h"
#include "dense.h"
#include "adam.h"
#include "descent.h"
#include "pairwise.h"
#include "selection.h"
#include "sparse_rows.h"

#define ENTRY(type, name, parameters, arguments) .name = KERNEL(name),
const kernel_set NAME_IN(kernels, KERNEL_SET) = {TEXT(KERNEL_SET), EACH_KERNEL(ENTRY)};
