/* SPDX-License-Identifier: Apache-2.0
 * Matching of path patterns, one segment at a time. */
#include "trust/path-pattern.h"

#include "base/utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A stretch of text without '/', read from its beginning. */
struct segment {
  const char *at, *end;
};

static bool is_empty(const struct segment *segment) {
  return segment->at == segment->end;
}

/* The next character, which is taken off; a byte that is not UTF-8 counts as one. */
static uint32_t take(struct segment *segment) {
  size_t length = ce_utf8_sequence(segment->at, (size_t)(segment->end - segment->at));
  uint32_t character = 0;
  length = length == 0 ? 1 : length;
  for (size_t i = 0; i < length; i++) {
    character = character << 8 | (unsigned char)segment->at[i];
  }
  segment->at += length;
  return character; /* its bytes: they order as the characters do */
}

/* pattern stands behind a '['. True when the set is closed: then *ret_end is behind its ']', and *ret_has
 * says whether it lets the character through. */
static bool read_set(struct segment pattern, uint32_t wanted, const char **ret_end, bool *ret_has) {
  bool is_inverted = !is_empty(&pattern) && *pattern.at == '!';
  bool has = false;
  if (is_inverted) {
    pattern.at++;
  }
  for (bool is_first = true; !is_empty(&pattern); is_first = false) {
    uint32_t low = take(&pattern);
    if (low == ']' && !is_first) {
      *ret_end = pattern.at;
      *ret_has = has != is_inverted;
      return true;
    }
    uint32_t high = low;
    if (pattern.end - pattern.at >= 2 && pattern.at[0] == '-' && pattern.at[1] != ']') {
      pattern.at++;
      high = take(&pattern);
    }
    has = has || (low <= wanted && wanted <= high);
  }
  return false;
}

/* Takes one element of the pattern other than '*' off, and its character off the text. */
static bool match_one(struct segment *pattern, struct segment *text) {
  uint32_t element = take(pattern);
  uint32_t character = take(text);
  bool has = false;
  if (element == '[' && read_set(*pattern, character, &pattern->at, &has)) {
    return has;
  }
  return element == '?' || element == character;
}

/* A mismatch goes back to the last '*' only: that is enough, since what an earlier one could take over, the
 * last one can take too. */
static bool match_segment(struct segment pattern, struct segment text) {
  struct segment star = {0};  /* the pattern behind the last '*' */
  struct segment retry = {0}; /* the text that it was tried on */
  while (!is_empty(&text) || !is_empty(&pattern)) {
    if (!is_empty(&pattern) && *pattern.at == '*') {
      pattern.at++;
      star = pattern;
      retry = text;
      continue;
    }
    if (!is_empty(&pattern) && !is_empty(&text) && match_one(&pattern, &text)) {
      continue;
    }
    if (!star.at || is_empty(&retry)) {
      return false;
    }
    take(&retry);
    pattern = star;
    text = retry;
  }
  return true;
}

static struct segment first_segment(const char *text) {
  return (struct segment){text, text + strcspn(text, "/")};
}

bool ce_path_pattern_matches(const char *pattern, const char *path) {
  for (;;) {
    struct segment wanted = first_segment(pattern);
    struct segment actual = first_segment(path);
    if (!match_segment(wanted, actual) || (*wanted.end == '\0') != (*actual.end == '\0')) {
      return false;
    }
    if (*wanted.end == '\0') {
      return true;
    }
    pattern = wanted.end + 1;
    path = actual.end + 1;
  }
}
