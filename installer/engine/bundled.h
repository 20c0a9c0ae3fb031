/* SPDX-License-Identifier: Apache-2.0
 * A look at the package that the program carries, for what is to be known before anything is decided. It is
 * verified through the bundle's own metadata, offline, as an install does it, and nothing is written. */
#ifndef CE_ENGINE_BUNDLED_H
#define CE_ENGINE_BUNDLED_H

#include "base/blob.h"
#include "bundle/package.h"
#include "engine/engine.h"
#include "model/receipt.h"

struct ce_bundled {
  struct ce_package *package; /* its manifest only, never walked; NULL: nothing is known */
  uint64_t size_bytes;        /* of the compressed package */
  struct ce_blob beginning;   /* what the manifest is read from; the package borrows it through bytes */
  struct ce_reader *bytes;
};
void ce_bundled_clear(struct ce_bundled *bundled);
CE_DEFINE_AUTO_IN_PLACE(ce_bundled, struct ce_bundled, ce_bundled_clear);

/* OK with nothing known where the program has no bundle, where this machine would not trust it (an install
 * tells why), or where it is the package that is installed. receipt: of what is installed, or NULL. MEMORY.
 */
CE_MUST_USE enum ce_code ce_bundled_look(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                         struct ce_bundled *ret, struct ce_error *err);

#endif
