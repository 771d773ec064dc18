#ifndef CPatterns_h
#define CPatterns_h

#include <stddef.h>
#include <stdint.h>

/// A compiled regular expression. It is immutable, and threads may share it.
typedef struct pattern pattern;

/// The state of matching for one thread: the groups of the last match, and the limits on work.
typedef struct pattern_matcher pattern_matcher;

/// Compiles UTF-8 text. On failure returns NULL, with an error code and the offset of the error.
pattern *pattern_compile(const uint8_t *text, size_t length, int *error, size_t *offset);
void pattern_free(pattern *pattern);
uint32_t pattern_group_count(const pattern *pattern);

/// Writes the message of an error code, not zero-terminated, and returns its length.
size_t pattern_error_text(int error, uint8_t *buffer, size_t capacity);

/// Creates a matcher that gives up after `step_limit` internal steps.
pattern_matcher *pattern_matcher_create(const pattern *pattern, uint32_t step_limit);
void pattern_matcher_free(pattern_matcher *matcher);

/// Returns 1 if the pattern is found at or after `start`, 0 if not, or a negative error code if the limit was
/// reached.
int pattern_match(
    const pattern *pattern, pattern_matcher *matcher, const uint8_t *subject, size_t length, size_t start);

/// Gets the range of a group in the last match. Returns 0 if the group did not take part.
int pattern_group(const pattern_matcher *matcher, uint32_t group, size_t *start, size_t *end);

/// The offset of the first occurrence of some bytes at or after `start`, or -1.
ptrdiff_t bytes_find(const uint8_t *bytes, size_t length, size_t start, const uint8_t *wanted, size_t wanted_length);

#endif
