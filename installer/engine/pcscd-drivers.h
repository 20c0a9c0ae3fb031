/* SPDX-License-Identifier: Apache-2.0
 * The driver bundles of the pcscd below the root, by the rules of the root: links inside it lead to its own
 * files, also in an image (Debian's Info.plist is a link to /etc). */
#ifndef CE_ENGINE_PCSCD_DRIVERS_H
#define CE_ENGINE_PCSCD_DRIVERS_H

#include "device/drivers.h"
#include "ports/fs.h"

/* The first directory of ce_driver_directories() that is there (static; NULL: none is), and the ids of all
 * bundles in it but the private one (CE_DRIVER_BUNDLE). A bundle that cannot be read or understood is left
 * out, as pcscd leaves it out. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_pcscd_drivers_load(struct ce_fs *fs, const char **ret_directory,
                                               struct ce_driver_list *ret, struct ce_error *err);

#endif
