/* SPDX-License-Identifier: Apache-2.0
 * Binary search in a .mo file that is not trusted to be well-formed. */
#include "po/catalogue.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAGIC      0x950412deu
#define HEAD_SIZE  20 /* magic, revision, count, offsets of the two tables */
#define ENTRY_SIZE 8  /* length and offset of one string */

struct catalogue {
  const uint8_t *bytes;
  size_t size;
  bool swapped;
  uint32_t count, originals, translations;
};

static uint32_t read_u32(const struct catalogue *catalogue, size_t offset) {
  uint32_t value;
  memcpy(&value, catalogue->bytes + offset, sizeof value);
  return catalogue->swapped ? __builtin_bswap32(value) : value;
}

static bool table_fits(const struct catalogue *catalogue, uint32_t offset) {
  uint64_t length = (uint64_t)catalogue->count * ENTRY_SIZE;
  return offset >= HEAD_SIZE && offset <= catalogue->size && length <= catalogue->size - offset;
}

static bool open_catalogue(const void *bytes, size_t size, struct catalogue *ret) {
  if (size < HEAD_SIZE || size > CE_CATALOGUE_BYTES_MAX) {
    return false;
  }
  *ret = (struct catalogue){.bytes = bytes, .size = size};
  uint32_t magic = read_u32(ret, 0);
  if (magic != MAGIC && magic != __builtin_bswap32(MAGIC)) {
    return false;
  }
  ret->swapped = magic != MAGIC;
  ret->count = read_u32(ret, 8);
  ret->originals = read_u32(ret, 12);
  ret->translations = read_u32(ret, 16);
  return read_u32(ret, 4) >> 16 == 0 && ret->count <= CE_CATALOGUE_ENTRIES_MAX &&
         table_fits(ret, ret->originals) && table_fits(ret, ret->translations);
}

/* The string of entry index, with exactly one NUL, at its end; NULL when it is not one. */
static const char *read_string(const struct catalogue *catalogue, uint32_t table, uint32_t index) {
  size_t entry = table + (size_t)index * ENTRY_SIZE;
  size_t length = read_u32(catalogue, entry);
  size_t offset = read_u32(catalogue, entry + 4);
  if (offset >= catalogue->size || length >= catalogue->size - offset) {
    return NULL;
  }
  const char *text = (const char *)catalogue->bytes + offset;
  return memchr(text, '\0', length + 1) == text + length ? text : NULL;
}

const char *ce_catalogue_find(const void *bytes, size_t size, const char *msgid) {
  struct catalogue catalogue;
  if (!msgid[0] || !open_catalogue(bytes, size, &catalogue)) {
    return NULL;
  }
  uint32_t low = 0;
  uint32_t high = catalogue.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const char *original = read_string(&catalogue, catalogue.originals, middle);
    if (!original) {
      return NULL;
    }
    int order = strcmp(msgid, original);
    if (order == 0) {
      return read_string(&catalogue, catalogue.translations, middle);
    }
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return NULL;
}
