/* SPDX-License-Identifier: Apache-2.0
 * The lines by which fapolicyd trusts the environment's files, "path size sha256" (fapolicyd.trust(5)), and
 * whether a list has them. */
#ifndef CE_MODEL_TRUST_LIST_H
#define CE_MODEL_TRUST_LIST_H

#include "base/blob.h"
#include "model/receipt.h"

#define CE_FAPOLICYD_DIRECTORY "etc/fapolicyd/trust.d"
#define CE_FAPOLICYD_TRUST     CE_FAPOLICYD_DIRECTORY "/certenv" /* ours */
#define CE_TRUST_LIST_MAX      (16u << 20)

enum ce_trust_extent {
  CE_TRUST_ALL,  /* every regular file */
  CE_TRUST_CODE, /* programs and libraries: without these nothing works */
};

/* Adds a line for each file of the manifest in `directory` (relpath of a version's tree) whose path has no
 * white space, which that format cannot hold. MEMORY. */
CE_MUST_USE enum ce_code ce_trust_list_add_tree(const struct ce_manifest *manifest, const char *directory,
                                                enum ce_trust_extent extent, struct ce_blob *lines,
                                                struct ce_error *err);
/* The same of an installed environment: its tree, and the programs and libraries outside that are files of
 * their own (a driver). MEMORY. */
CE_MUST_USE enum ce_code ce_trust_list_add_installed(const struct ce_receipt *receipt,
                                                     enum ce_trust_extent extent, struct ce_blob *lines,
                                                     struct ce_error *err);

struct ce_trust_coverage {
  size_t wanted, missing; /* lines */
};
/* How many of the wanted lines the list does not have; the order of both is of no matter. MEMORY. */
CE_MUST_USE enum ce_code ce_trust_list_compare(const char *list, const char *wanted,
                                               struct ce_trust_coverage *ret, struct ce_error *err);

#endif
