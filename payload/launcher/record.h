/* SPDX-License-Identifier: Apache-2.0
 * What a person's own state remembers of the launcher on the desktop (docs/FORMATS.md, "Launcher record"):
 * whether it was put there at all, and what it was then. */
#ifndef CE_LAUNCHER_RECORD_H
#define CE_LAUNCHER_RECORD_H

#include "base/blob.h"
#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>

#define CE_LAUNCHER_RECORD_BYTES_MAX ((size_t)16 << 10)
#define CE_LAUNCHER_RECORD_FORMAT    1

struct ce_launcher_record {
  char *version;             /* of the package that it is from */
  char *path;                /* absolute */
  struct ce_digest sha256;   /* what it is, or is about to be */
  struct ce_digest previous; /* what it may still be, while it is being replaced; else as sha256 */
  bool placed;               /* false: about to be put there for the first time */
  bool trusted;              /* marked for the desktops that want a mark */
};
void ce_launcher_record_free(struct ce_launcher_record *record);
CE_DEFINE_AUTO(ce_launcher_record, struct ce_launcher_record *, ce_launcher_record_free);

/* MEMORY. */
CE_MUST_USE enum ce_code ce_launcher_record_new(const char *version, const char *path,
                                                const struct ce_digest *sha256,
                                                struct ce_launcher_record **ret, struct ce_error *err);
/* RECEIPT_DAMAGED; STATE_FORMAT for a format that is newer than this program; MEMORY. */
CE_MUST_USE enum ce_code ce_launcher_record_parse(const void *bytes, size_t size,
                                                  struct ce_launcher_record **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_launcher_record_write(const struct ce_launcher_record *record,
                                                  struct ce_blob *ret, struct ce_error *err);
/* True when the record speaks of a file with this content. */
bool ce_launcher_record_knows(const struct ce_launcher_record *record, const struct ce_digest *sha256);

#endif
