#define _GNU_SOURCE
#define PCRE2_CODE_UNIT_WIDTH 8
#include "CPatterns.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

struct pattern {
  pcre2_code *code;
};

struct pattern_matcher {
  pcre2_match_data *data;
  pcre2_match_context *context;
};

pattern *pattern_compile(const uint8_t *text, size_t length, int *error, size_t *offset) {
  PCRE2_SIZE where = 0;
  pcre2_code *code =
      pcre2_compile(text, length, PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, error, &where, NULL);
  *offset = where;
  if (!code) return NULL;
  pattern *result = malloc(sizeof *result);
  if (!result) {
    pcre2_code_free(code);
    return NULL;
  }
  result->code = code;
  // If the JIT is not available, PCRE2 interprets the pattern.
  (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  return result;
}

void pattern_free(pattern *pattern) {
  if (!pattern) return;
  pcre2_code_free(pattern->code);
  free(pattern);
}

uint32_t pattern_group_count(const pattern *pattern) {
  uint32_t count = 0;
  pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &count);
  return count;
}

size_t pattern_error_text(int error, uint8_t *buffer, size_t capacity) {
  int length = pcre2_get_error_message(error, buffer, capacity);
  return length < 0 ? 0 : (size_t)length;
}

pattern_matcher *pattern_matcher_create(const pattern *pattern, uint32_t step_limit) {
  pattern_matcher *matcher = malloc(sizeof *matcher);
  if (!matcher) return NULL;
  matcher->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
  matcher->context = pcre2_match_context_create(NULL);
  if (!matcher->data || !matcher->context) {
    pattern_matcher_free(matcher);
    return NULL;
  }
  pcre2_set_match_limit(matcher->context, step_limit);
  pcre2_set_depth_limit(matcher->context, step_limit);
  pcre2_set_heap_limit(matcher->context, 64 * 1024);
  return matcher;
}

void pattern_matcher_free(pattern_matcher *matcher) {
  if (!matcher) return;
  pcre2_match_data_free(matcher->data);
  pcre2_match_context_free(matcher->context);
  free(matcher);
}

int pattern_match(
    const pattern *pattern, pattern_matcher *matcher, const uint8_t *subject, size_t length, size_t start) {
  static const uint8_t nothing[1] = {0};
  if (!subject) subject = nothing;
  int found = pcre2_match(pattern->code, subject, length, start, 0, matcher->data, matcher->context);
  if (found >= 0) return 1;
  return found == PCRE2_ERROR_NOMATCH ? 0 : found;
}

int pattern_group(const pattern_matcher *matcher, uint32_t group, size_t *start, size_t *end) {
  if (group >= pcre2_get_ovector_count(matcher->data)) return 0;
  PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(matcher->data);
  if (offsets[2 * group] == PCRE2_UNSET || offsets[2 * group] > offsets[2 * group + 1]) return 0;
  *start = offsets[2 * group];
  *end = offsets[2 * group + 1];
  return 1;
}

ptrdiff_t bytes_find(const uint8_t *bytes, size_t length, size_t start, const uint8_t *wanted, size_t wanted_length) {
  if (start > length) return -1;
  if (wanted_length == 0) return (ptrdiff_t)start;
  if (!bytes) return -1;
  const uint8_t *found = memmem(bytes + start, length - start, wanted, wanted_length);
  return found ? found - bytes : -1;
}
