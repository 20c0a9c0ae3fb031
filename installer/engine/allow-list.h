/* SPDX-License-Identifier: Apache-2.0
 * The files that security software is to trust, and the trust file of fapolicyd that says so. */
#ifndef CE_ENGINE_ALLOW_LIST_H
#define CE_ENGINE_ALLOW_LIST_H

#include "base/blob.h"
#include "base/event.h"
#include "model/receipt.h"

/* A program, or a library that programs load. */
bool ce_allow_list_has(const struct ce_manifest_file *file);

/* A line "path size sha256" for each regular file of the manifest in `directory` (relpath of a version's
 * tree) whose path has no white space, which that format cannot hold. MEMORY. */
CE_MUST_USE enum ce_code ce_allow_list_format(const struct ce_manifest *manifest, const char *directory,
                                              struct ce_blob *ret, struct ce_error *err);
/* The same of programs and libraries outside the tree, that are files of their own (a driver). MEMORY. */
CE_MUST_USE enum ce_code ce_allow_list_format_paths(const struct ce_receipt *receipt, struct ce_blob *ret,
                                                    struct ce_error *err);

/* A note "allow-list" for each program and library of the manifest, with path and SHA-256, for who keeps an
 * allow-list by hand. */
void ce_allow_list_tell(const struct ce_sink *sink, const struct ce_manifest *manifest);

#endif
