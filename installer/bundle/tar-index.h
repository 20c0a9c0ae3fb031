/* SPDX-License-Identifier: Apache-2.0
 * The table of contents of the bundle's tar, read in place before anything in it is verified. So it accepts
 * little: ustar headers with a right checksum, regular files, relpaths below metadata/ or targets/ (a name
 * beyond 255 bytes in a GNU 'L' member), no name twice, two zero blocks and nothing behind them. */
#ifndef CE_BUNDLE_TAR_INDEX_H
#define CE_BUNDLE_TAR_INDEX_H

#include "ports/reader.h"

#define CE_TAR_MEMBERS_MAX 100000

struct ce_tar_member {
  char *name;
  uint64_t offset; /* of the data, in the reader */
  uint64_t size_bytes;
};

struct ce_tar_index {
  struct ce_tar_member *members; /* sorted by name */
  size_t count;
};
void ce_tar_index_clear(struct ce_tar_index *index);
CE_DEFINE_AUTO_IN_PLACE(ce_tar_index, struct ce_tar_index, ce_tar_index_clear);

/* BUNDLE_DAMAGED, IO, MEMORY. An index has at least one member. */
CE_MUST_USE enum ce_code ce_tar_index_read(struct ce_reader *tar, struct ce_tar_index *ret,
                                           struct ce_error *err);
/* NULL when there is none of that name. */
const struct ce_tar_member *ce_tar_index_find(const struct ce_tar_index *index, const char *name);

#endif
