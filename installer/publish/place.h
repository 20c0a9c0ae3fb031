/* SPDX-License-Identifier: Apache-2.0
 * Paths that the user gave: directories opened or made, and files written whole or not at all. */
#ifndef CE_PUBLISH_PLACE_H
#define CE_PUBLISH_PLACE_H

#include "base/blob.h"
#include "ports/fs.h"

/* Opens the directory; makes it and its missing parents first. mode counts for those that are made. */
CE_MUST_USE enum ce_code ce_place_make_directory(const char *path, uint32_t mode, struct ce_fs **ret,
                                                 struct ce_error *err);

/* The whole file; USAGE when it is larger than limit_bytes. Replaces *ret's content on success. */
CE_MUST_USE enum ce_code ce_place_read(const char *path, size_t limit_bytes, struct ce_blob *ret,
                                       struct ce_error *err);

/* Writes the whole file durably, replacing one that is there. */
CE_MUST_USE enum ce_code ce_place_write(const char *path, uint32_t mode, const struct ce_blob *bytes,
                                        struct ce_error *err);

/* A file that is being written beside its place, as <name>.new. */
struct ce_output;

CE_MUST_USE enum ce_code ce_output_new(const char *path, uint32_t mode, struct ce_output **ret,
                                       struct ce_error *err);
CE_MUST_USE enum ce_code ce_output_write(struct ce_output *output, const void *bytes, size_t size,
                                         struct ce_error *err);
/* Bytes written so far. */
uint64_t ce_output_size(const struct ce_output *output);
/* Makes the bytes durable; the new file stays beside its place, at ce_output_new_path(). */
CE_MUST_USE enum ce_code ce_output_sync(struct ce_output *output, struct ce_error *err);
const char *ce_output_new_path(const struct ce_output *output);
/* Puts the synced file in its place, durably. */
CE_MUST_USE enum ce_code ce_output_commit(struct ce_output *output, struct ce_error *err);
/* Removes what was not committed. */
void ce_output_free(struct ce_output *output);
CE_DEFINE_AUTO(ce_output, struct ce_output *, ce_output_free);

#endif
