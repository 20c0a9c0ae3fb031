/* SPDX-License-Identifier: Apache-2.0
 * Cleaning of text from tokens. */
#include "probe/text.h"

#include "base/cleanup.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at text with its code point, 0 when it is none (RFC 3629: no surrogates,
 * nothing overlong). */
static size_t decode(const uint8_t *text, size_t size, uint32_t *ret_point) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
  if (length == 0 || length > size || text[0] > 0xf4) {
    return 0;
  }
  uint32_t point = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80) {
      return 0;
    }
    point = point << 6 | (text[i] & 0x3fu);
  }
  if (point < least[length] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) {
    return 0;
  }
  *ret_point = point;
  return length;
}

static bool is_utf8(const uint8_t *text, size_t size) {
  uint32_t point = 0;
  while (size) {
    size_t length = decode(text, size, &point);
    if (!length) {
      return false;
    }
    text += length;
    size -= length;
  }
  return true;
}

/* Valid UTF-8 from GB18030, malloc'ed; NULL when it is none or the machine has no such converter. */
static char *from_gb18030(const uint8_t *bytes, size_t size) {
  iconv_t converter = iconv_open("UTF-8", "GB18030");
  if (converter == (iconv_t)-1) {
    return NULL;
  }
  size_t room = 3 * size;
  CE_AUTO(ce_free) char *text = malloc(room + 1);
  char *in = (char *)(uintptr_t)bytes, *out = text;
  bool converted = text && iconv(converter, &in, &size, &out, &room) != (size_t)-1;
  iconv_close(converter);
  if (!converted) {
    return NULL;
  }
  *out = '\0';
  return ce_take(&text);
}

/* Control characters, and those that turn the direction of writing or break lines unseen. */
static bool is_unprintable(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0xfeff;
}

static void replace_unprintable(uint8_t *text, size_t size) {
  while (size) {
    uint32_t point = 0;
    size_t length = decode(text, size, &point);
    if (!length || is_unprintable(point)) {
      length = length ? length : 1;
      memset(text, '?', length);
    }
    text += length;
    size -= length;
  }
}

char *ce_token_text(const uint8_t *bytes, size_t size) {
  size = strnlen((const char *)bytes, size);
  while (size && bytes[size - 1] == ' ') {
    size--;
  }
  char *text = is_utf8(bytes, size) ? NULL : from_gb18030(bytes, size);
  if (!text) {
    text = strndup((const char *)bytes, size);
  }
  if (text) {
    replace_unprintable((uint8_t *)text, strlen(text));
  }
  return text;
}
