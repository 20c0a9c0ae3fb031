/* SPDX-License-Identifier: Apache-2.0
 * Names for people inside files that udev reads. */
#ifndef CE_UDEV_RULES_PLAIN_NAME_H
#define CE_UDEV_RULES_PLAIN_NAME_H

#include "base/blob.h"

/* name without what means something there: a '#' begins a comment, a '\' at the end of a line continues it.
 */
CE_MUST_USE enum ce_code ce_plain_name_append(const char *name, struct ce_blob *ret, struct ce_error *err);

#endif
