/* SPDX-License-Identifier: Apache-2.0
 * Groups of three bytes as four characters. */
#include "base/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum ce_code ce_base64_encode(const void *bytes, size_t size, struct ce_blob *ret, struct ce_error *err) {
  const uint8_t *from = bytes;
  enum ce_code code = CE_OK;
  for (size_t at = 0; code == CE_OK && at < size; at += 3) {
    size_t left = size - at;
    uint32_t group = (uint32_t)from[at] << 16;
    group |= left > 1 ? (uint32_t)from[at + 1] << 8 : 0;
    group |= left > 2 ? (uint32_t)from[at + 2] : 0;
    const char text[] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
                         left > 1 ? alphabet[group >> 6 & 63] : '=', left > 2 ? alphabet[group & 63] : '='};
    code = ce_blob_append(ret, text, sizeof text, err);
  }
  return code;
}

/* The four characters' bits; *ret_bytes of the group are wanted. */
static bool read_group(const char text[4], bool last, uint32_t *ret_group, size_t *ret_bytes) {
  size_t padding = !last || text[3] != '=' ? 0 : text[2] == '=' ? 2 : 1;
  uint32_t group = 0;
  for (size_t i = 0; i < 4; i++) {
    const char *found = i < 4 - padding ? memchr(alphabet, text[i], sizeof alphabet - 1) : alphabet;
    if (!found) {
      return false;
    }
    group = group << 6 | (uint32_t)(found - alphabet);
  }
  *ret_group = group;
  *ret_bytes = 3 - padding;
  return (group & ((1u << 8 * padding) - 1)) == 0;
}

bool ce_base64_decode(const char *text, struct ce_blob *ret) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error ignored;
  size_t length = strlen(text);
  if (length % 4 != 0) {
    return false;
  }
  for (size_t at = 0; at < length; at += 4) {
    uint32_t group = 0;
    size_t count = 0;
    if (!read_group(text + at, at + 4 == length, &group, &count)) {
      return false;
    }
    const uint8_t decoded[] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};
    if (ce_blob_append(&bytes, decoded, count, &ignored) != CE_OK) {
      return false;
    }
  }
  return ce_blob_append(ret, bytes.data, bytes.size, &ignored) == CE_OK;
}
