#ifndef CHashing_h
#define CHashing_h

#include <stddef.h>
#include <stdint.h>

/// Computes the XXH64 of some bytes, the checksum of model files.
uint64_t hashing_xxh64(const void *input, size_t count, uint64_t seed);

#endif
