/* SPDX-License-Identifier: Apache-2.0
 * Directories that go only when nobody uses them. */
#ifndef CE_TXN_EMPTY_DIRECTORY_H
#define CE_TXN_EMPTY_DIRECTORY_H

#include "ports/fs.h"

/* Removes it when it is an empty directory. One that is not empty, is missing, is something else or is a
 * mount point stays as it is, which is no failure. */
CE_MUST_USE enum ce_code ce_empty_directory_remove(struct ce_fs *fs, const char *path, struct ce_error *err);

#endif
