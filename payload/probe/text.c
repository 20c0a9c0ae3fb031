/* SPDX-License-Identifier: Apache-2.0
 * Cleaning of text from tokens. */
#include "probe/text.h"

#include "base/cleanup.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at text, 0 when it is none (RFC 3629: no surrogates, nothing overlong). */
static size_t character_size(const uint8_t *text, size_t size) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t length = text[0] < 0x80   ? 1
                  : text[0] < 0xc2 ? 0
                  : text[0] < 0xe0 ? 2
                  : text[0] < 0xf0 ? 3
                  : text[0] < 0xf5 ? 4
                                   : 0;
  if (length < 2 || length > size) {
    return length > size ? 0 : length;
  }
  uint32_t point = text[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80) {
      return 0;
    }
    point = point << 6 | (text[i] & 0x3fu);
  }
  bool outside = point < least[length] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff;
  return outside ? 0 : length;
}

static bool is_utf8(const uint8_t *text, size_t size) {
  while (size) {
    size_t length = character_size(text, size);
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

/* text with everything that cannot be shown replaced. */
static void replace_unprintable(uint8_t *text, size_t size) {
  while (size) {
    size_t length = character_size(text, size);
    bool c1 = length == 2 && text[0] == 0xc2 && text[1] < 0xa0;
    if (!length || c1 || text[0] < 0x20 || text[0] == 0x7f) {
      memset(text, '?', length ? length : 1);
    }
    text += length ? length : 1;
    size -= length ? length : 1;
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
