/* SPDX-License-Identifier: Apache-2.0
 * Any text on its way to a terminal: what comes out is valid UTF-8 without control characters and fits. */
#include "base/utf8.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds) {
  if (!holds) {
    abort();
  }
}

static void check_clean(const char *text) {
  json_t *string = json_string(text); /* NULL unless it is valid UTF-8 */
  check(string != NULL);
  json_decref(string);
  for (; *text; text++) {
    check((unsigned char)*text >= ' ' && *text != 0x7f);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[TEXT_MAX + 1] = {0};
  char clean[3 * TEXT_MAX + 1];
  char fitted[3 * TEXT_MAX + 1];
  memcpy(text, data, size < TEXT_MAX ? size : TEXT_MAX);
  (void)ce_utf8_columns(text);
  ce_utf8_clean(text, clean, sizeof clean);
  check_clean(clean);
  for (size_t columns = 0; columns < 80; columns += 7) {
    ce_utf8_fit(clean, columns, fitted, sizeof fitted);
    check_clean(fitted);
    check(ce_utf8_columns(fitted) <= columns);
  }
  char small[9];
  ce_utf8_clean(text, small, sizeof small);
  check_clean(small);
  return 0;
}
