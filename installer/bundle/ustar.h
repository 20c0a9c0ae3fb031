/* SPDX-License-Identifier: Apache-2.0
 * The 512-byte header of a tar member, as the bundle's reader and the publisher's writer see it.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format"; type 'L' (a long name in front of its member) is GNU
 * tar's. */
#ifndef CE_BUNDLE_USTAR_H
#define CE_BUNDLE_USTAR_H

#include <stdint.h>

#define CE_USTAR_BLOCK          512
#define CE_USTAR_TYPE_FILE      '0'
#define CE_USTAR_TYPE_LINK      '2'
#define CE_USTAR_TYPE_LONG_NAME 'L'
#define CE_USTAR_TYPE_LONG_LINK 'K'
#define CE_USTAR_LONG_NAME      "././@LongLink" /* the name that such a member carries */
#define CE_USTAR_MAGIC                                                                                       \
  "ustar\0"                                                                                                  \
  "00" /* magic and version */
#define CE_USTAR_MAGIC_SIZE 8

struct ce_ustar_header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_name[100];
  char magic[CE_USTAR_MAGIC_SIZE];
  char user[32];
  char group[32];
  char device_major[8];
  char device_minor[8];
  char prefix[155];
  char rest[12];
};
_Static_assert(sizeof(struct ce_ustar_header) == CE_USTAR_BLOCK, "a tar header is one block");

/* The sum of the header's bytes with the checksum field taken as spaces. */
uint32_t ce_ustar_checksum(const struct ce_ustar_header *header);
/* size rounded up to whole blocks; size must lie below 2^63. */
uint64_t ce_ustar_padded(uint64_t size_bytes);

#endif
