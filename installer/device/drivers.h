/* SPDX-License-Identifier: Apache-2.0
 * Which USB ids the machine's smart-card drivers are for: pcscd gives a reader only to a device whose VID:PID
 * is in the Info.plist of an installed driver bundle, whatever its class says. */
#ifndef CE_DEVICE_DRIVERS_H
#define CE_DEVICE_DRIVERS_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CE_DRIVERS_PLIST_BYTES_MAX (1u << 20)
#define CE_DRIVERS_IDS_MAX         20000
#define CE_DRIVERS_BUNDLES_MAX     64
#define CE_DRIVERS_NAME_SIZE       128 /* pcscd's MAX_READERNAME */

struct ce_driver_id {
  uint16_t vendor_id, product_id;
  char name[CE_DRIVERS_NAME_SIZE]; /* ifdFriendlyName, printable: a reader's name begins with it */
};
struct ce_driver_list {
  struct ce_driver_id *ids; /* sorted by id, unique; the first bundle that names one wins */
  size_t count;
  size_t bundle_count; /* bundles that were read; 0: no driver is installed */
};
void ce_driver_list_clear(struct ce_driver_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_driver_list, struct ce_driver_list, ce_driver_list_clear);

/* Adds the ids of one Info.plist: an XML property list whose top dictionary has the arrays ifdVendorID,
 * ifdProductID and ifdFriendlyName of one length. Strict: what is not exactly that is refused (USAGE, with
 * the line) and the list is as before. */
CE_MUST_USE enum ce_code ce_driver_list_add_plist(struct ce_driver_list *list, const char *text, size_t size,
                                                  struct ce_error *err);
/* The bundles of the first directory of ce_driver_directories() that exists below root_fd. A bundle that
 * cannot be read or understood is left out, as pcscd leaves it out. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_driver_list_load(int root_fd, struct ce_driver_list *ret, struct ce_error *err);
/* Relative to the root, in pcscd's builds of the distributions; NULL at the end. */
const char *const *ce_driver_directories(void);
const struct ce_driver_id *ce_driver_list_find(const struct ce_driver_list *list, uint16_t vendor_id,
                                               uint16_t product_id);

#endif
