/* SPDX-License-Identifier: Apache-2.0
 * The 64 bytes in front of the bundle's tar (head) and behind it (footer), the same in both places. All
 * numbers are little-endian: magic 16 bytes, format u32, zero u32, offset of the head u64, length of the tar
 * u64, 24 zero bytes. */
#ifndef CE_BUNDLE_MARK_H
#define CE_BUNDLE_MARK_H

#include <stdbool.h>
#include <stdint.h>

#define CE_MARK_SIZE   64
#define CE_MARK_FORMAT 1
#define CE_MARK_ALIGN  4096 /* the head starts at a multiple of this */

struct ce_mark {
  uint32_t format;
  uint64_t head_offset;
  uint64_t tar_bytes;
};

void ce_mark_encode(const struct ce_mark *mark, uint8_t ret[CE_MARK_SIZE]);
/* False when the bytes are no mark: magic or zeros are wrong. Any format is read. */
bool ce_mark_decode(const uint8_t bytes[CE_MARK_SIZE], struct ce_mark *ret);
/* Where the head of a bundle behind program_bytes lies. */
uint64_t ce_mark_head_offset(uint64_t program_bytes);

#endif
