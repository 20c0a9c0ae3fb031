/* SPDX-License-Identifier: Apache-2.0
 * A root that is about to be published together with the metadata that its keys signed. Readers fetch root
 * and timestamp one after the other, so the timestamp is signed by old and new keys where both are there and
 * goes first; the root waits in a file of its own, where a publisher that was stopped in between leaves it.
 */
#ifndef CE_PUBLISH_ROOT_PENDING_H
#define CE_PUBLISH_ROOT_PENDING_H

#include "publish/repository.h"

CE_MUST_USE enum ce_code ce_root_pending_write(struct ce_repository *repository, const struct ce_blob *root,
                                               struct ce_error *err);
/* Puts the waiting root in its place. */
CE_MUST_USE enum ce_code ce_root_pending_commit(struct ce_repository *repository, int64_t version,
                                                const struct ce_blob *root, struct ce_error *err);
/* Ends what a stopped publisher began: a waiting root follows the newest one if the repository's metadata is
 * signed as it asks; otherwise it is dropped. The repository is locked. */
CE_MUST_USE enum ce_code ce_root_pending_settle(struct ce_repository *repository, struct ce_error *err);

#endif
