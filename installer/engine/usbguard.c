/* SPDX-License-Identifier: Apache-2.0
 * Reading of USBGuard's lines. */
#include "engine/usbguard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

#define LINE_BYTES_MAX 4096

/* "12: "; the position behind it, NULL when the line begins otherwise. */
static const char *read_number(const char *line, unsigned *ret) {
  size_t digits = strspn(line, "0123456789");
  if (digits == 0 || digits > 9 || strncmp(line + digits, ": ", 2) != 0) {
    return NULL;
  }
  *ret = (unsigned)strtoul(line, NULL, 10);
  return line + digits + 2;
}

/* The end of the quoted text that begins at `at`, behind its last quote; NULL: it has none. */
static const char *skip_quoted(const char *at) {
  for (at++; *at && *at != '"'; at++) {
    if (*at == '\\' && at[1]) {
      at++;
    }
  }
  return *at ? at + 1 : NULL;
}

/* The value of `hash` among the attributes, whose values are words, quoted texts or sets in braces. */
static bool read_hash(const char *at, char ret[CE_USBGUARD_HASH_SIZE]) {
  while (at && *at) {
    size_t length = strcspn(at, " \"");
    bool is_hash = length == 4 && strncmp(at, "hash", 4) == 0 && at[4] == ' ' && at[5] == '"';
    if (is_hash) {
      size_t size = strspn(at + 6, BASE64);
      bool whole = size > 0 && size < CE_USBGUARD_HASH_SIZE && at[6 + size] == '"';
      if (whole) {
        memcpy(ret, at + 6, size);
        ret[size] = '\0';
      }
      return whole;
    }
    at += length;
    at = *at == '"' ? skip_quoted(at) : *at ? at + 1 : at;
  }
  return false;
}

bool ce_usbguard_read_device(const char *line, size_t length, struct ce_usbguard_device *ret) {
  char text[LINE_BYTES_MAX];
  struct ce_usbguard_device device = {0};
  unsigned vendor_id = 0;
  unsigned product_id = 0;
  int used = 0;
  if (length >= sizeof text) {
    return false;
  }
  memcpy(text, line, length);
  text[length] = '\0';
  const char *at = read_number(text, &device.number);
  if (!at || sscanf(at, "%*[a-z] id %4x:%4x %n", &vendor_id, &product_id, &used) != 2 || used == 0 ||
      !read_hash(at + used, device.hash)) {
    return false;
  }
  device.vendor_id = (uint16_t)vendor_id;
  device.product_id = (uint16_t)product_id;
  *ret = device;
  return true;
}

bool ce_usbguard_read_rule(const char *line, size_t length, const char *rule, unsigned *ret_number) {
  char text[LINE_BYTES_MAX];
  unsigned number = 0;
  if (length >= sizeof text) {
    return false;
  }
  memcpy(text, line, length);
  text[length] = '\0';
  const char *at = read_number(text, &number);
  if (!at || strcmp(at, rule) != 0) {
    return false;
  }
  *ret_number = number;
  return true;
}
