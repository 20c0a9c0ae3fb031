/* SPDX-License-Identifier: Apache-2.0
 * Head and footer of the bundle as bytes. */
#include "bundle/mark.h"

#include <endian.h>
#include <string.h>

struct layout {
  char magic[16];
  uint32_t format;
  uint32_t zero;
  uint64_t head_offset;
  uint64_t tar_bytes;
  uint8_t zeros[24];
};
_Static_assert(sizeof(struct layout) == CE_MARK_SIZE, "the mark has no padding");

static const char magic[16] = "CERTENV-BUNDLE\0";

void ce_mark_encode(const struct ce_mark *mark, uint8_t ret[CE_MARK_SIZE]) {
  struct layout layout = {.format = htole32(mark->format),
                          .head_offset = htole64(mark->head_offset),
                          .tar_bytes = htole64(mark->tar_bytes)};
  memcpy(layout.magic, magic, sizeof magic);
  memcpy(ret, &layout, sizeof layout);
}

bool ce_mark_decode(const uint8_t bytes[CE_MARK_SIZE], struct ce_mark *ret) {
  static const uint8_t zeros[sizeof((struct layout *)0)->zeros];
  struct layout layout;
  memcpy(&layout, bytes, sizeof layout);
  if (memcmp(layout.magic, magic, sizeof magic) != 0 || layout.zero != 0 ||
      memcmp(layout.zeros, zeros, sizeof zeros) != 0) {
    return false;
  }
  *ret = (struct ce_mark){le32toh(layout.format), le64toh(layout.head_offset), le64toh(layout.tar_bytes)};
  return true;
}

uint64_t ce_mark_head_offset(uint64_t program_bytes) {
  return (program_bytes + CE_MARK_ALIGN - 1) / CE_MARK_ALIGN * CE_MARK_ALIGN;
}
