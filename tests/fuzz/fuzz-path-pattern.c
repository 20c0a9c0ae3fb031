/* SPDX-License-Identifier: Apache-2.0
 * A pattern and a path, with a line break between them; where the C library's fnmatch() has the same rules,
 * the same answer. */
#include "trust/path-pattern.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Sets differ in their corners, and other characters by the locale. */
static bool is_plain(const char *text) {
  for (; *text; text++) {
    if (*text == '[' || (unsigned char)*text >= 0x80) {
      return false;
    }
  }
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[257];
  if (size >= sizeof text || memchr(data, '\0', size)) {
    return 0;
  }
  memcpy(text, data, size);
  text[size] = '\0';
  char *path = strchr(text, '\n');
  if (!path) {
    return 0;
  }
  *path++ = '\0';
  bool matches = ce_path_pattern_matches(text, path);
  if (is_plain(text) && is_plain(path)) {
    bool expected = fnmatch(text, path, FNM_PATHNAME | FNM_NOESCAPE) == 0;
    if (matches != expected) {
      abort();
    }
  }
  return 0;
}
