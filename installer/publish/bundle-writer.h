/* SPDX-License-Identifier: Apache-2.0
 * Appending of repository files to a program (docs/FORMATS.md, "Bundle"). */
#ifndef CE_PUBLISH_BUNDLE_WRITER_H
#define CE_PUBLISH_BUNDLE_WRITER_H

#include "ports/fs.h"
#include "publish/place.h"

/* Paths of files in the repository, in the order in which they are written; each once. */
struct ce_bundle_files {
  char **paths;
  uint64_t *sizes_bytes;
  size_t count;
};
void ce_bundle_files_clear(struct ce_bundle_files *files);
CE_DEFINE_AUTO_IN_PLACE(ce_bundle_files, struct ce_bundle_files, ce_bundle_files_clear);

/* Takes path over in any case (NULL: MEMORY). A path that is there already is left as it is. */
CE_MUST_USE enum ce_code ce_bundle_files_add(struct ce_bundle_files *files, struct ce_fs *repository,
                                             char *path, struct ce_error *err);
/* The first program_bytes of program, padding, head, the files as a tar, footer. */
CE_MUST_USE enum ce_code ce_bundle_write(struct ce_reader *program, uint64_t program_bytes,
                                         struct ce_fs *repository, const struct ce_bundle_files *files,
                                         struct ce_output *output, struct ce_error *err);

#endif
