#ifndef CMappings_h
#define CMappings_h

#include <stdbool.h>
#include <stddef.h>

// A file that is cut short while it is mapped has no bytes behind its new end: reading there raises SIGBUS, which ends
// a process. A guarded mapping reads as zeros from there on instead, and remembers that it was cut.

struct mapping_guard;

/// Guards a mapping from now on; NULL where memory is used up.
struct mapping_guard *mapping_guard_begin(const void *base, size_t length);

/// Ends the guard. Called before the mapping itself ends.
void mapping_guard_end(struct mapping_guard *guard);

/// Whether bytes were asked for that the file has lost.
bool mapping_was_cut(const struct mapping_guard *guard);

/// Makes sure that no other handler of SIGBUS stands before this one: a terminal's may have been installed since.
void mapping_guard_renew(void);

#endif
