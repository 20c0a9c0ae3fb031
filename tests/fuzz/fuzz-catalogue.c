/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a compiled message catalogue. */
#include "po/catalogue.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const msgids[] = {"", "apple", "pear", "Run repair."};
  size_t seen = 0;
  for (size_t i = 0; i < sizeof msgids / sizeof msgids[0]; i++) {
    const char *found = ce_catalogue_find(data, size, msgids[i]);
    seen += found ? strlen(found) : 0;
  }
  return seen > size * 4 ? -1 : 0;
}
