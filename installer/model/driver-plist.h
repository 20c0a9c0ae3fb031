/* SPDX-License-Identifier: Apache-2.0
 * The Info.plist of the private driver bundle: the CCID keys of the catalogue, for pcscd and for libccid.
 *
 * Both read it with a scanner of their own, not with an XML parser: one string a line, and "&amp;" is the
 * only entity that it knows. Arrays of different lengths would make pcscd do without USB at all. */
#ifndef CE_MODEL_DRIVER_PLIST_H
#define CE_MODEL_DRIVER_PLIST_H

#include "base/blob.h"
#include "model/key-catalogue.h"

#include <stdbool.h>

#define CE_DRIVER_PLIST_BYTES_MAX (1u << 20)
#define CE_DRIVER_PLIST_NAME_MAX  64 /* bytes of a reader's name; pcscd adds a serial number and has 128 */

/* Whether a key is left out. */
typedef bool ce_driver_plist_leaves(const void *context, uint16_t vendor_id, uint16_t product_id);

/* Appends the plist of all keys of class ccid that `leaves` does not leave out (NULL: none is), in the
 * catalogue's order; *ret_count is how many there are and may be NULL. A name is cut to its limit, "<" and
 * ">" become "(" and ")". USAGE when it would be larger than its limit, MEMORY. */
CE_MUST_USE enum ce_code ce_driver_plist_write(const struct ce_key_catalogue *catalogue,
                                               ce_driver_plist_leaves *leaves, const void *context,
                                               struct ce_blob *ret, size_t *ret_count, struct ce_error *err);

#endif
