/* SPDX-License-Identifier: Apache-2.0
 * Digests and hexadecimal. */
#include "base/digest.h"

#include <string.h>

bool ce_digest_equal(const struct ce_digest *a, const struct ce_digest *b) {
  return memcmp(a->bytes, b->bytes, CE_DIGEST_SIZE) == 0;
}

void ce_hex_encode(const uint8_t *bytes, size_t size, char *ret) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    ret[2 * i] = digits[bytes[i] >> 4];
    ret[2 * i + 1] = digits[bytes[i] & 15];
  }
  ret[2 * size] = '\0';
}

/* A table: receipts have thousands of digests. */
static int nibble(char c) {
  static const int8_t values[256] = {
      ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
      ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
      ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
  };
  return values[(unsigned char)c] - 1;
}

bool ce_hex_decode(const char *hex, uint8_t *ret, size_t size) {
  if (strlen(hex) != 2 * size) {
    return false;
  }
  for (size_t i = 0; i < 2 * size; i++) {
    if (nibble(hex[i]) < 0) {
      return false;
    }
  }
  for (size_t i = 0; i < size; i++) {
    ret[i] = (uint8_t)((nibble(hex[2 * i]) << 4) | nibble(hex[2 * i + 1]));
  }
  return true;
}

void ce_digest_to_hex(const struct ce_digest *digest, char ret_hex[CE_DIGEST_HEX_SIZE]) {
  ce_hex_encode(digest->bytes, CE_DIGEST_SIZE, ret_hex);
}

bool ce_digest_from_hex(const char *hex, struct ce_digest *ret) {
  for (size_t i = 0; hex[i]; i++) {
    if (hex[i] >= 'A' && hex[i] <= 'F') {
      return false;
    }
  }
  return ce_hex_decode(hex, ret->bytes, CE_DIGEST_SIZE);
}
