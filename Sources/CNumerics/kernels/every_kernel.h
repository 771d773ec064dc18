// All kernels of one set. Who includes this says first how the set is called (KERNEL_SET) and how large its tiles of
// registers are, and lets the compiler use the instructions of its kind of CPU.

#define JOINED(name, set) name##_##set
#define NAME_IN(name, set) JOINED(name, set)
#define TEXT_OF(set) #set
#define TEXT(set) TEXT_OF(set)

/// The name of a kernel of this set.
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
