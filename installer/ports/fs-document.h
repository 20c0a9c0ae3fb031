/* SPDX-License-Identifier: Apache-2.0
 * Whole small files: read with a limit, hash, and replace durably (write, fsync, rename, fsync the
 * directory). */
#ifndef CE_PORTS_FS_DOCUMENT_H
#define CE_PORTS_FS_DOCUMENT_H

#include "base/blob.h"
#include "base/digest.h"
#include "ports/fs.h"

/* NOT_FOUND when absent; IO when it is larger than limit_bytes. Replaces *ret's content on success. */
CE_MUST_USE enum ce_code ce_fs_document_read(struct ce_fs *fs, const char *path, size_t limit_bytes,
                                             struct ce_blob *ret, struct ce_error *err);
/* Atomic and durable when it returns OK: path + ".new" is written, synced, renamed to path, the directory
 * synced. A stale ".new" is removed first. On failure path is as it was, unless the directory's sync failed:
 * then the new content is there and may not survive a crash. */
CE_MUST_USE enum ce_code ce_fs_document_replace(struct ce_fs *fs, const char *path, const void *bytes,
                                                size_t size, uint32_t mode, struct ce_error *err);
/* The same without a sync, for what the next sync of the file system may as well make durable: after a power
 * loss before that, path may be missing, as it was, or without its content. */
CE_MUST_USE enum ce_code ce_fs_document_put(struct ce_fs *fs, const char *path, const void *bytes,
                                            size_t size, uint32_t mode, struct ce_error *err);
/* The first part of both: path + ".new", not synced, to be renamed to path when that is due. A stale one is
 * removed first; none is left on failure. */
CE_MUST_USE enum ce_code ce_fs_document_stage(struct ce_fs *fs, const char *path, const void *bytes,
                                              size_t size, uint32_t mode, struct ce_error *err);
/* The SHA-256 of an open file from its beginning, and its size. */
CE_MUST_USE enum ce_code ce_fs_file_digest(struct ce_fs_file *file, struct ce_digest *ret,
                                           uint64_t *ret_size_bytes, struct ce_error *err);
/* The SHA-256 of a regular file and its size. ret_size_bytes may be NULL. */
CE_MUST_USE enum ce_code ce_fs_document_digest(struct ce_fs *fs, const char *path, struct ce_digest *ret,
                                               uint64_t *ret_size_bytes, struct ce_error *err);

#endif
