/* SPDX-License-Identifier: Apache-2.0
 * Targets as files of one directory, under their percent-encoded names. */
#ifndef CE_TESTS_TUF_CLIENT_DOWNLOAD_H
#define CE_TESTS_TUF_CLIENT_DOWNLOAD_H

#include "ports/fs.h"
#include "trust/refresh.h"

/* Puts the verified target into the directory; nothing is fetched when it is there already, with matching
 * length and hashes. A target that is refused leaves what was there. */
CE_MUST_USE enum ce_code download_target(struct ce_fetch *source, const struct ce_trusted_set *set,
                                         const struct ce_target *target, struct ce_fs *directory,
                                         struct ce_error *err);

#endif
