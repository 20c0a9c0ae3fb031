/* SPDX-License-Identifier: Apache-2.0
 * Bytes that can be read at any offset: a file, a part of one, or memory. */
#ifndef CE_PORTS_READER_H
#define CE_PORTS_READER_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ce_reader;
struct ce_reader_ops {
  /* Reads up to size bytes at offset; *ret_read is less than size only at the end, 0 beyond it. */
  enum ce_code (*read_at)(struct ce_reader *reader, uint64_t offset, void *buffer, size_t size,
                          size_t *ret_read, struct ce_error *err);
  void (*free)(struct ce_reader *reader);
};
/* The head of every implementation. */
struct ce_reader {
  const struct ce_reader_ops *ops;
  uint64_t size_bytes; /* fixed when it was opened */
  bool any_thread;     /* read_at may run on one thread while others use what it reads from */
};

CE_MUST_USE enum ce_code ce_reader_read_at(struct ce_reader *reader, uint64_t offset, void *buffer,
                                           size_t size, size_t *ret_read, struct ce_error *err);
void ce_reader_free(struct ce_reader *reader);
CE_DEFINE_AUTO(ce_reader, struct ce_reader *, ce_reader_free);

/* A regular file by its path on the running machine ("/proc/self/exe" too). */
CE_MUST_USE enum ce_code ce_reader_open_path(const char *path, struct ce_reader **ret, struct ce_error *err);
/* length bytes at offset of another reader, which must outlive the slice. The range must lie inside it. */
CE_MUST_USE enum ce_code ce_reader_slice(struct ce_reader *whole, uint64_t offset, uint64_t length,
                                         struct ce_reader **ret, struct ce_error *err);
/* Bytes in memory, which must outlive the reader. */
CE_MUST_USE enum ce_code ce_reader_of_bytes(const void *bytes, size_t size, struct ce_reader **ret,
                                            struct ce_error *err);

#endif
