/* SPDX-License-Identifier: Apache-2.0
 * What is at a path now, against what a plan says about it. */
#ifndef CE_TXN_OBSERVED_H
#define CE_TXN_OBSERVED_H

#include "model/facts.h"
#include "ports/fs.h"

/* What the file system calls a type, as facts and receipts call it. */
enum ce_path_type ce_observed_type(enum ce_fs_type type);
/* Type, and for files size and (where the state knows it) digest, for links the text. Mode and owner do not
 * count. */
CE_MUST_USE enum ce_code ce_observed_matches(struct ce_fs *fs, const char *path,
                                             const struct ce_path_state *state, bool *ret,
                                             struct ce_error *err);
/* Mode and owner of what is there; false for something absent. */
bool ce_observed_has_mode(const struct ce_fs_stat *stat, uint32_t mode, uint32_t uid, uint32_t gid);
/* Gives a file or directory exactly this mode and owner, touching only what differs. */
CE_MUST_USE enum ce_code ce_observed_settle(struct ce_fs *fs, const char *path, uint32_t mode, uint32_t uid,
                                            uint32_t gid, struct ce_error *err);
/* The same for a link, which has no mode. */
CE_MUST_USE enum ce_code ce_observed_settle_link(struct ce_fs *fs, const char *path, uint32_t uid,
                                                 uint32_t gid, struct ce_error *err);

#endif
