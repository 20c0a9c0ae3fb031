/* SPDX-License-Identifier: Apache-2.0
 * Where packages are signed for: those that a channel names in the top-level targets, which every client
 * reads, all others in the delegated role `archive`, which is read only by who asks for one of them. A full
 * archive is continued in `archive-2`, `archive-3` and so on. A repository of an earlier version, with
 * everything in targets, is arranged by its next publication. */
#ifndef CE_PUBLISH_ARCHIVE_H
#define CE_PUBLISH_ARCHIVE_H

#include "publish/offers.h"

#define CE_ARCHIVE_ROLE    "archive"
#define CE_ARCHIVE_PATTERN "packages/*"
/* How large an archive may grow, by an estimate from above; clients read up to CE_TUF_TARGETS_BYTES_MAX. */
#define CE_ARCHIVE_BYTES_MAX ((size_t)4500 * 1000)

/* Whether the delegated role is an archive, and its number: 1 for `archive`, 0 for any other role. */
int64_t ce_archive_number(const char *role);

/* Moves packages between targets and archives and marks the roles that changed; makes archives as they are
 * needed, with the keys of the first one, which are those of targets unless it was given its own. Only
 * targets that CE_ARCHIVE_PATTERN matches move. CONFLICT when no more archives can be made. */
CE_MUST_USE enum ce_code ce_archive_arrange(struct ce_published *published, const struct ce_offers *offers,
                                            size_t limit_bytes, struct ce_error *err);

#endif
