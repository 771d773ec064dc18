#ifndef CNUMERICS_KERNEL_SETS_H
#define CNUMERICS_KERNEL_SETS_H

#include <stdbool.h>

// Every kernel of this library is compiled several times from one source, once for each kind of CPU. All sets give the
// same bits; they differ in speed alone. The fastest that the CPU can run is used, or the one that the environment
// variable LECTERN_KERNELS names.

/// The name of the set in use.
const char *kernel_set_name(void);

/// The name of the set at this place of the list, the fastest first, of those that the CPU can run; NULL behind the last.
const char *kernel_set_available(int place);

/// Uses the set of that name from now on, in the whole process; false where the CPU has none of that name.
bool kernel_set_use(const char *name);

/// What LECTERN_KERNELS asks for and the CPU cannot run, or nobody knows; NULL where there is nothing to complain of.
const char *kernel_set_refused(void);

#endif
