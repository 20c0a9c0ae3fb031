/* SPDX-License-Identifier: Apache-2.0
 * Reading an environment package (certenv-env_<version>_<arch>.tar.zst) in one pass, never trusting its tar.
 *
 * Calling sequence: ce_package_open() on bytes whose digest was verified before -> ce_package_manifest() ->
 * at most one ce_package_walk(). The first member must be manifest.json; every later member must be one of
 * its files, in the manifest's order, with that size and, when its last byte is out, that SHA-256. Nothing
 * larger than the manifest says is ever decompressed. PACKAGE_INVALID otherwise. */
#ifndef CE_BUNDLE_PACKAGE_H
#define CE_BUNDLE_PACKAGE_H

#include "model/manifest.h"
#include "ports/reader.h"

struct ce_package;

/* bytes must outlive *ret. PACKAGE_INVALID, PACKAGE_FORMAT. */
CE_MUST_USE enum ce_code ce_package_open(struct ce_reader *bytes, struct ce_package **ret,
                                         struct ce_error *err);
void ce_package_free(struct ce_package *package);
CE_DEFINE_AUTO(ce_package, struct ce_package *, ce_package_free);
/* Lives as long as the package. */
const struct ce_manifest *ce_package_manifest(const struct ce_package *package);

struct ce_package_visitor {
  /* A member begins (file or link). *ret_wanted = false skips its data (it is not checked then). */
  enum ce_code (*begin)(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                        struct ce_error *err);
  enum ce_code (*data)(void *context, const void *bytes, size_t size, struct ce_error *err);
  /* After the last byte, size and digest checked. Called for wanted members only, links too. */
  enum ce_code (*end)(void *context, const struct ce_manifest_file *file, struct ce_error *err);
  void *context;
  /* Whether a member is wanted; begin is not called for one that is not. Where it is set, the package may be
   * read on another thread, on which this one is called while the others run on the caller's: it looks only
   * at what they leave alone. May be NULL: begin decides. */
  bool (*wants)(void *context, const struct ce_manifest_file *file);
};

/* Visits all members. A failure of the visitor ends the walk with that code. */
CE_MUST_USE enum ce_code ce_package_walk(struct ce_package *package, const struct ce_package_visitor *visitor,
                                         struct ce_error *err);

#endif
