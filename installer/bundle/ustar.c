/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic of tar headers. */
#include "bundle/ustar.h"

#include <stddef.h>

uint32_t ce_ustar_checksum(const struct ce_ustar_header *header) {
  const uint8_t *bytes = (const uint8_t *)header;
  size_t first = offsetof(struct ce_ustar_header, checksum);
  size_t behind = first + sizeof header->checksum;
  uint32_t sum = 0;
  for (size_t i = 0; i < sizeof *header; i++) {
    sum += i >= first && i < behind ? ' ' : bytes[i];
  }
  return sum;
}

uint64_t ce_ustar_padded(uint64_t size_bytes) {
  return (size_bytes + CE_USTAR_BLOCK - 1) / CE_USTAR_BLOCK * CE_USTAR_BLOCK;
}
