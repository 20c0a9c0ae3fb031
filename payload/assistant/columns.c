/* SPDX-License-Identifier: Apache-2.0
 * Widths and alignment on a terminal. */
#include "assistant/columns.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct range {
  uint32_t first, last;
};

static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x20000, 0x3fffd},
};
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

static bool lies_in(uint32_t point, const struct range *ranges, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (point >= ranges[i].first && point <= ranges[i].last) {
      return true;
    }
  }
  return false;
}

/* The character at *text, which is valid; moves on. */
static uint32_t next_point(const char **text) {
  uint8_t lead = (uint8_t) * (*text)++;
  uint32_t point = lead < 0x80   ? lead
                   : lead < 0xe0 ? lead & 0x1fu
                   : lead < 0xf0 ? lead & 0x0fu
                                 : lead & 0x07u;
  while (((uint8_t) * *text & 0xc0) == 0x80) {
    point = point << 6 | ((uint8_t) * (*text)++ & 0x3fu);
  }
  return point;
}

size_t ce_columns_width(const char *text) {
  size_t width = 0;
  while (*text) {
    uint32_t point = next_point(&text);
    if (lies_in(point, wide, sizeof wide / sizeof *wide)) {
      width += 2;
    } else if (!lies_in(point, combining, sizeof combining / sizeof *combining)) {
      width += 1;
    }
  }
  return width;
}

enum ce_code ce_columns_write(const char *const cells[], size_t rows, size_t count, struct ce_blob *ret,
                              struct ce_error *err) {
  size_t widths[CE_COLUMNS_MAX] = {0};
  assert(count <= CE_COLUMNS_MAX);
  for (size_t i = 0; i < rows * count; i++) {
    size_t width = ce_columns_width(cells[i]);
    widths[i % count] = width > widths[i % count] ? width : widths[i % count];
  }
  enum ce_code code = CE_OK;
  for (size_t i = 0; !code && i < rows * count; i++) {
    size_t column = i % count;
    bool last = column + 1 == count;
    int padding = last ? 0 : (int)(widths[column] - ce_columns_width(cells[i]));
    code = ce_blob_printf(ret, err, "  %s%*s%s", cells[i], padding, "", last ? "\n" : "");
  }
  return code;
}
