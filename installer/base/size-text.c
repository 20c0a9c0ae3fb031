/* SPDX-License-Identifier: Apache-2.0
 * Sizes in words. */
#include "base/size-text.h"

#include <stddef.h>
#include <stdio.h>

void ce_size_text(uint64_t bytes, char ret[CE_SIZE_TEXT_SIZE]) {
  static const char *const units[] = {"kB", "MB", "GB"};
  if (bytes < 1000) {
    snprintf(ret, CE_SIZE_TEXT_SIZE, "%u B", (unsigned)bytes);
    return;
  }
  double value = (double)bytes / 1000;
  size_t unit = 0;
  while (value >= 999.95 && unit + 1 < sizeof units / sizeof units[0]) {
    value /= 1000;
    unit++;
  }
  snprintf(ret, CE_SIZE_TEXT_SIZE, "%.1f %s", value, units[unit]);
}
