/* SPDX-License-Identifier: Apache-2.0
 * Alignment on a terminal. */
#include "assistant/columns.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdbool.h>

enum ce_code ce_columns_write(const char *const cells[], size_t rows, size_t count, struct ce_blob *ret,
                              struct ce_error *err) {
  size_t widths[CE_COLUMNS_MAX] = {0};
  assert(count <= CE_COLUMNS_MAX);
  for (size_t i = 0; i < rows * count; i++) {
    size_t width = ce_utf8_columns(cells[i]);
    widths[i % count] = width > widths[i % count] ? width : widths[i % count];
  }
  enum ce_code code = CE_OK;
  for (size_t i = 0; !code && i < rows * count; i++) {
    size_t column = i % count;
    bool last = column + 1 == count;
    int padding = last ? 0 : (int)(widths[column] - ce_utf8_columns(cells[i]));
    code = ce_blob_printf(ret, err, "  %s%*s%s", cells[i], padding, "", last ? "\n" : "");
  }
  return code;
}
