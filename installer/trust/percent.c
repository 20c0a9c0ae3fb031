/* SPDX-License-Identifier: Apache-2.0
 * Percent-encoding of names. */
#include "trust/percent.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr("-._~", c) != NULL);
}

char *ce_percent_encode(const char *text) {
  static const char digits[] = "0123456789ABCDEF";
  char *encoded = malloc(3 * strlen(text) + 1);
  if (!encoded) {
    return NULL;
  }
  char *end = encoded;
  for (; *text; text++) {
    if (is_plain(*text)) {
      *end++ = *text;
      continue;
    }
    *end++ = '%';
    *end++ = digits[(unsigned char)*text >> 4];
    *end++ = digits[(unsigned char)*text & 0xf];
  }
  *end = '\0';
  return encoded;
}
