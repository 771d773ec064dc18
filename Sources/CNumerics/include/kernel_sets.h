#ifndef CNUMERICS_KERNEL_SETS_H
#define CNUMERICS_KERNEL_SETS_H

#include <stdbool.h>

// Every kernel is compiled several times from one source, once for each kind of CPU. All sets give the same bits and
// differ only in speed. By default the fastest set that the CPU can run is used; the environment variable
// LECTERN_KERNELS may choose another.

/// The name of the set in use.
const char *kernel_set_name(void);

/// The name of a set that the CPU can run, by index, fastest first. NULL after the last one.
const char *kernel_set_available(int place);

/// Switches the whole process to the set with this name. Returns false if the CPU cannot run such a set.
bool kernel_set_use(const char *name);

/// The value of LECTERN_KERNELS if no such set exists or the CPU cannot run it; else NULL.
const char *kernel_set_refused(void);

#endif
