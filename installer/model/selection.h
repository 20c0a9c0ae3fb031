/* SPDX-License-Identifier: Apache-2.0
 * What of a package's optional integration this machine gets: the registrations of PKCS#11 modules for the
 * keys that are there, and the private CCID driver. Computed by engine/selection, then const. */
#ifndef CE_MODEL_SELECTION_H
#define CE_MODEL_SELECTION_H

#include "model/receipt.h"

struct ce_selection {
  char **modules;         /* NULL-terminated, may be NULL: names whose p11-module entries are wanted */
  char *driver_directory; /* relpath of pcscd's directory of bundles; NULL: no driver is wanted */
  /* The bundle's Info.plist, with the keys that no other bundle lists; NULL without a directory. */
  char *driver_plist; /* size_bytes of it, no NUL */
  uint64_t driver_plist_size_bytes;
  struct ce_digest driver_plist_sha256;
};

void ce_selection_clear(struct ce_selection *selection);
CE_DEFINE_AUTO_IN_PLACE(ce_selection, struct ce_selection, ce_selection_clear);

/* Whether this is put on the machine. A selection of NULL has nothing optional. */
bool ce_selection_wants(const struct ce_selection *selection, const struct ce_integration *integration);
/* Where it goes: its target, for the driver below driver_directory. malloc'ed; NULL when memory is out. Only
 * for what is wanted. */
char *ce_selection_target(const struct ce_selection *selection, const struct ce_integration *integration);
/* Where driver_plist goes. malloc'ed; NULL when memory is out. Only where a driver is wanted. */
char *ce_selection_plist_target(const struct ce_selection *selection);

/* True for a path in the private driver's bundle, in whatever directory that lies. */
bool ce_selection_is_driver_path(const char *path);
/* True when the receipt (which may be NULL) owns something there. */
bool ce_selection_was_driver(const struct ce_receipt *receipt);

#endif
