/* SPDX-License-Identifier: Apache-2.0
 * The profile of a tree that is to be packed, and the icon that goes with it. */
#ifndef CE_PUBLISH_PACKED_PROFILE_H
#define CE_PUBLISH_PACKED_PROFILE_H

#include "model/profile.h"
#include "ports/fs.h"

/* *ret is NULL where the tree has no profile. PACKAGE_INVALID also where the icon is missing, is not asked
 * for, or is none that the installer's window would show. */
CE_MUST_USE enum ce_code ce_packed_profile_read(struct ce_fs *tree, struct ce_profile **ret,
                                                struct ce_error *err);

#endif
