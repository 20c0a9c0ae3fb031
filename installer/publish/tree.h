/* SPDX-License-Identifier: Apache-2.0
 * A staged directory tree as the files of a manifest. */
#ifndef CE_PUBLISH_TREE_H
#define CE_PUBLISH_TREE_H

#include "model/manifest.h"
#include "ports/fs.h"

/* Sets files and file_count of a manifest that has none: every file with size, digest and a mode of 0755
 * (some x bit is set) or 0644, every link, sorted by path. Directories are implied, so an empty one is left
 * out. PACKAGE_INVALID for anything else in the tree, for a manifest.json at its top, and for paths that no
 * package may have. */
CE_MUST_USE enum ce_code ce_tree_scan(struct ce_fs *tree, struct ce_manifest *manifest, struct ce_error *err);

#endif
