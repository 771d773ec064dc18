#ifndef CMappings_h
#define CMappings_h

#include <stdbool.h>
#include <stddef.h>

// If a mapped file is truncated, reading past its new end raises SIGBUS, which kills the process. A guarded mapping
// reads as zeros there instead, and remembers that the file was truncated.

struct mapping_guard;

/// Starts guarding a mapping. Returns NULL if memory is exhausted.
struct mapping_guard *mapping_guard_begin(const void *base, size_t length);

/// Ends the guard. Call it before unmapping.
void mapping_guard_end(struct mapping_guard *guard);

/// Whether bytes were read that the truncated file has lost.
bool mapping_was_cut(const struct mapping_guard *guard);

/// Reinstalls the SIGBUS handler, in case another one (such as the terminal's) was installed in the meantime.
void mapping_guard_renew(void);

#endif
