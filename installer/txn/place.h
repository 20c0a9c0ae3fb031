/* SPDX-License-Identifier: Apache-2.0
 * The file systems that a plan works on: how much each must hold, and making each durable with one call. */
#ifndef CE_TXN_PLACE_H
#define CE_TXN_PLACE_H

#include "base/cleanup.h"
#include "ports/fs.h"

struct ce_place {
  uint64_t device;
  char *directory; /* one that lies on it; it may be missing yet, or no more */
  bool staged;     /* STAGE writes to it */
  bool read_only;
  uint64_t free_bytes, free_inodes;
  uint64_t need_bytes, need_inodes;
};

struct ce_places {
  struct ce_place *items;
  size_t count;
  /* Steps come in runs for one directory: the last answer. */
  char *last_directory;
  size_t last;
};
void ce_places_clear(struct ce_places *places);
CE_DEFINE_AUTO_IN_PLACE(ce_places, struct ce_places, ce_places_clear);

/* The place of directory, added when its file system is new. *ret lives until the next call. */
CE_MUST_USE enum ce_code ce_places_find(struct ce_places *places, struct ce_fs *fs, const char *directory,
                                        struct ce_place **ret, struct ce_error *err);
/* NO_SPACE or READ_ONLY when a place cannot take what it needs. */
CE_MUST_USE enum ce_code ce_places_check(const struct ce_places *places, struct ce_error *err);
/* Makes everything on the places durable; staged_only leaves out those that STAGE does not write to. */
CE_MUST_USE enum ce_code ce_places_sync(const struct ce_places *places, struct ce_fs *fs, bool staged_only,
                                        struct ce_error *err);

#endif
