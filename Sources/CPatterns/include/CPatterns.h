#ifndef CPatterns_h
#define CPatterns_h

#include <stddef.h>
#include <stdint.h>

/// A compiled regular expression; immutable, to be shared by threads.
typedef struct pattern pattern;

/// What one thread needs to match: where groups matched last, and limits on the work.
typedef struct pattern_matcher pattern_matcher;

/// Compiles UTF-8 text. On failure gives NULL, with an error code and the offset it was noticed at.
pattern *pattern_compile(const uint8_t *text, size_t length, int *error, size_t *offset);
void pattern_free(pattern *pattern);
uint32_t pattern_group_count(const pattern *pattern);

/// Writes what an error code means, without a final zero; gives the length.
size_t pattern_error_text(int error, uint8_t *buffer, size_t capacity);

/// A matcher that gives up after so many internal steps.
pattern_matcher *pattern_matcher_create(const pattern *pattern, uint32_t step_limit);
void pattern_matcher_free(pattern_matcher *matcher);

/// 1 where the pattern is found at or after `start`, 0 where not, an error code below zero where the limit was reached first.
int pattern_match(
    const pattern *pattern, pattern_matcher *matcher, const uint8_t *subject, size_t length, size_t start);

/// Where a group matched last; 0 where it took no part.
int pattern_group(const pattern_matcher *matcher, uint32_t group, size_t *start, size_t *end);

/// The offset of the first occurrence of some bytes at or after `start`, or -1.
ptrdiff_t bytes_find(const uint8_t *bytes, size_t length, size_t start, const uint8_t *wanted, size_t wanted_length);

#endif
