/* SPDX-License-Identifier: Apache-2.0
 * What should be at a path, in the terms of what is there, and how alike the two are. */
#ifndef CE_PLAN_WANTED_H
#define CE_PLAN_WANTED_H

#include "model/facts.h"
#include "model/receipt.h"

/* Borrows everything that it points to. */
struct ce_wanted {
  enum ce_path_type type; /* FILE or LINK */
  uint32_t mode, uid, gid;
  uint64_t size_bytes;
  struct ce_digest sha256;
  const char *link_target;
};

/* A file or link of the version tree; the owner is facts' owner. */
struct ce_wanted ce_wanted_from_manifest(const struct ce_manifest_file *file, const struct ce_facts *facts);
/* A file or link that the receipt names. */
struct ce_wanted ce_wanted_from_receipt(const struct ce_receipt_path *path, const struct ce_facts *facts);
/* The link CE_CURRENT to a version; text must be "versions/<version>". */
struct ce_wanted ce_wanted_link(const char *text, const struct ce_facts *facts);

enum ce_likeness {
  CE_LIKENESS_SAME,
  CE_LIKENESS_MODE,      /* only mode or owner differ */
  CE_LIKENESS_DIFFERENT, /* type, content or link target differ, or nothing is there */
};

/* unread_counts: a file of the right size whose digest the facts do not know counts as the same content. */
enum ce_likeness ce_wanted_compare(const struct ce_wanted *wanted, const struct ce_path_state *state,
                                   bool unread_counts);

#endif
