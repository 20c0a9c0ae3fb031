/* SPDX-License-Identifier: Apache-2.0
 * Decoding, widths and cleaning. */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define INVALID     UINT32_MAX
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct range {
  uint32_t first, last;
};

/* Unicode 15, East Asian Width W and F, in the blocks that fonts have. */
static const struct range wide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
static const struct range combining[] = {
    {0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
/* Control characters, and those that are not seen or change the direction of what is. */
static const struct range harmful[] = {{0, 0x1f},        {0x7f, 0x9f},      {0xad, 0xad},
                                       {0x61c, 0x61c},   {0x180b, 0x180f},  {0x200b, 0x200f},
                                       {0x2028, 0x202e}, {0x2060, 0x206f},  {0xfeff, 0xfeff},
                                       {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};

#define IS_IN(ranges, point) is_in(ranges, sizeof(ranges) / sizeof(ranges)[0], point)

static bool is_in(const struct range *ranges, size_t count, uint32_t point) {
  for (size_t i = 0; i < count; i++) {
    if (point >= ranges[i].first && point <= ranges[i].last) {
      return true;
    }
  }
  return false;
}

size_t ce_utf8_sequence(const char *bytes, size_t left) {
  const unsigned char *text = (const unsigned char *)bytes;
  if (left == 0) {
    return 0;
  }
  static const struct {
    unsigned char first_low, first_high, second_low, second_high;
    size_t length;
  } forms[] = {
      {0x01, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
      {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
      {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
  };
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
    if (text[0] < forms[i].first_low || text[0] > forms[i].first_high) {
      continue;
    }
    if (forms[i].length > left) {
      return 0;
    }
    if (forms[i].length > 1 && (text[1] < forms[i].second_low || text[1] > forms[i].second_high)) {
      return 0;
    }
    for (size_t k = 2; k < forms[i].length; k++) {
      if ((text[k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return forms[i].length;
  }
  return 0;
}

/* The character at text and its length; INVALID and length 1 for a byte that begins none. */
static uint32_t decode(const char *text, size_t *ret_length) {
  size_t length = ce_utf8_sequence(text, strnlen(text, 4));
  *ret_length = length ? length : 1;
  if (length <= 1) {
    return length == 1 ? (uint8_t)text[0] : INVALID;
  }
  uint32_t point = (uint8_t)text[0] & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    point = point << 6 | ((uint8_t)text[i] & 0x3fu);
  }
  return point;
}

static size_t columns_of(uint32_t point) {
  if (IS_IN(combining, point)) {
    return 0;
  }
  return IS_IN(wide, point) ? 2 : 1;
}

size_t ce_utf8_columns(const char *text) {
  size_t columns = 0;
  size_t length;
  for (; text[0]; text += length) {
    columns += columns_of(decode(text, &length));
  }
  return columns;
}

void ce_utf8_clean(const char *text, char *ret, size_t size) {
  size_t used = 0;
  size_t length;
  for (; text[0]; text += length) {
    uint32_t point = decode(text, &length);
    const char *piece = text;
    size_t piece_length = length;
    if (point == '\n' || point == '\t' || point == '\r') {
      piece = " ";
    } else if (point == INVALID || IS_IN(harmful, point)) {
      piece = REPLACEMENT;
      piece_length = strlen(REPLACEMENT);
    }
    if (used + piece_length + 1 > size) {
      break;
    }
    memcpy(ret + used, piece, piece_length);
    used += piece_length;
  }
  ret[used] = '\0';
}

/* Bytes of text up to the last character that still lies within columns. */
static size_t head_length(const char *text, size_t columns) {
  size_t used = 0;
  size_t length;
  for (const char *at = text; at[0]; at += length) {
    used += columns_of(decode(at, &length));
    if (used > columns) {
      return (size_t)(at - text);
    }
  }
  return strlen(text);
}

/* The end of text that takes at most columns. */
static const char *tail(const char *text, size_t columns) {
  size_t whole = ce_utf8_columns(text);
  size_t length;
  while (whole > columns) {
    whole -= columns_of(decode(text, &length));
    text += length;
  }
  return text;
}

void ce_utf8_fit(const char *text, size_t columns, char *ret, size_t size) {
  static const char dots[] = "...";
  size_t gap = sizeof dots - 1;
  const char *end = "";
  size_t head = strlen(text);
  if (ce_utf8_columns(text) > columns) {
    size_t kept = columns > gap ? columns - gap : 0;
    head = head_length(text, kept - kept / 2);
    end = tail(text, kept / 2);
    gap = columns < gap ? columns : gap;
  } else {
    gap = 0;
  }
  if (head + gap + strlen(end) + 1 > size) {
    ce_utf8_clean(text, ret, size);
    return;
  }
  memcpy(ret, text, head);
  memcpy(ret + head, dots, gap);
  memcpy(ret + head + gap, end, strlen(end) + 1);
}
