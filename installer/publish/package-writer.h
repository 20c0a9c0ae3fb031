/* SPDX-License-Identifier: Apache-2.0
 * Writing of an environment package: the same tree, manifest and time give the same bytes. */
#ifndef CE_PUBLISH_PACKAGE_WRITER_H
#define CE_PUBLISH_PACKAGE_WRITER_H

#include "base/blob.h"
#include "model/manifest.h"
#include "ports/fs.h"
#include "publish/place.h"

#define CE_PACKAGE_LEVEL_DEFAULT 19
#define CE_PACKAGE_LEVEL_MAX     19 /* above it, unpacking would need more memory than the reader gives */

struct ce_package_writing {
  struct ce_fs *tree;
  const struct ce_manifest *manifest;
  const struct ce_blob *manifest_bytes;
  int64_t mtime_s;
  int level; /* zstd's, 1..CE_PACKAGE_LEVEL_MAX */
};

/* IO when a file of the tree is no longer what the manifest says. */
CE_MUST_USE enum ce_code ce_package_write(const struct ce_package_writing *writing, struct ce_output *output,
                                          struct ce_error *err);

#endif
