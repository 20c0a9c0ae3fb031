/* SPDX-License-Identifier: Apache-2.0
 * Writing of tar archives that depend on nothing but what is in them: ustar headers, owner 0 without names,
 * one time for all members; a name or link that ustar cannot hold goes into a GNU 'L' or 'K' member in front.
 *
 * Calling sequence: for a file ce_tar_write_file(), exactly its bytes to the sink, ce_tar_write_padding();
 * for a link ce_tar_write_link(); at the end ce_tar_write_end(). */
#ifndef CE_PUBLISH_TAR_WRITER_H
#define CE_PUBLISH_TAR_WRITER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CE_TAR_FILE_MAX UINT64_C(077777777777) /* what the size field holds: 8 GiB */
#define CE_TAR_END_SIZE 1024

struct ce_tar_writer {
  enum ce_code (*write)(void *context, const void *bytes, size_t size, struct ce_error *err);
  void *context;
  int64_t mtime_s; /* 0..2^33-1 */
};

CE_MUST_USE enum ce_code ce_tar_write_file(const struct ce_tar_writer *writer, const char *name,
                                           uint32_t mode, uint64_t size_bytes, struct ce_error *err);
CE_MUST_USE enum ce_code ce_tar_write_padding(const struct ce_tar_writer *writer, uint64_t size_bytes,
                                              struct ce_error *err);
CE_MUST_USE enum ce_code ce_tar_write_link(const struct ce_tar_writer *writer, const char *name,
                                           const char *target, struct ce_error *err);
CE_MUST_USE enum ce_code ce_tar_write_end(const struct ce_tar_writer *writer, struct ce_error *err);
/* All bytes that a file takes in the archive: headers, data, padding. */
uint64_t ce_tar_file_bytes(const char *name, uint64_t size_bytes);

#endif
