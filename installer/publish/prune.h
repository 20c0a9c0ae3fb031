/* SPDX-License-Identifier: Apache-2.0
 * Files of a repository that nobody needs any more. A reader who began before a publication still wants what
 * the one before it named, so metadata is kept for a day after newer metadata took its place, and a target's
 * file as long as any metadata that is there names it. All of that is seen from the files themselves: their
 * versions and times. Root metadata is kept for ever, and what has no name of ours is left alone. */
#ifndef CE_PUBLISH_PRUNE_H
#define CE_PUBLISH_PRUNE_H

#include "publish/published.h"

#define CE_PRUNE_AGE_S     86400
#define CE_PRUNE_DEPTH_MAX 8 /* directories below targets/ */

/* Removes the half-written files (<name>.new) of a publisher that was stopped; the repository is locked. */
CE_MUST_USE enum ce_code ce_prune_leftovers(struct ce_fs *fs, struct ce_error *err);

/* Removes what has not been needed for CE_PRUNE_AGE_S at arguments->now_s, and reports how much it was. What
 * is published is read anew. */
CE_MUST_USE enum ce_code ce_prune_run(struct ce_repository *repository,
                                      const struct ce_publish_arguments *arguments, struct ce_error *err);

struct ce_prune_survey {
  size_t file_count;
  uint64_t size_bytes;
};
/* Counts what the present metadata does not name: older metadata, and targets that it alone names. */
CE_MUST_USE enum ce_code ce_prune_survey(struct ce_repository *repository,
                                         const struct ce_published *published, struct ce_prune_survey *ret,
                                         struct ce_error *err);

#endif
