// RE2 for C: patterns from outside in linear time. See https://github.com/google/re2/wiki/Syntax
// An empty text may be null. Nothing here throws, and nothing is written but what a caller hands
// over.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fm_re2 fm_re2;

// RE2::RE2: compiles a pattern in UTF-8 that may use memory_bytes once compiled. Null if it is
// wrong; then a reason of at most reason_size bytes, ended by NUL, is in reason.
fm_re2 *_Nullable fm_re2_new(const char *_Nullable pattern, size_t length, int64_t memory_bytes,
                             char *_Nonnull reason, size_t reason_size);

void fm_re2_free(fm_re2 *_Nullable expression);

// RE2::NumberOfCapturingGroups.
int32_t fm_re2_groups(const fm_re2 *_Nonnull expression);

// RE2::NamedCapturingGroups: the number of the group with this name; 0 if there is none.
int32_t fm_re2_group(const fm_re2 *_Nonnull expression, const char *_Nullable name, size_t length);

// RE2::Match, unanchored: the first match in a text. bounds takes two places for each of
// bounds_count groups, the whole match first: first byte and the one behind, or -1 and -1.
bool fm_re2_match(const fm_re2 *_Nonnull expression, const char *_Nullable text, size_t length,
                  int64_t *_Nonnull bounds, int32_t bounds_count);

#ifdef __cplusplus
}
#endif
