/* SPDX-License-Identifier: Apache-2.0
 * A package read from its first byte to its last, as every client reads it. */
#ifndef CE_PUBLISH_PACKAGE_CHECK_H
#define CE_PUBLISH_PACKAGE_CHECK_H

#include "base/digest.h"
#include "bundle/package.h"

/* Opens the package and walks all its members. bytes must outlive *ret, of which the manifest is left to use.
 * PACKAGE_INVALID, PACKAGE_FORMAT. */
CE_MUST_USE enum ce_code ce_package_check(struct ce_reader *bytes, struct ce_package **ret,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_package_digest(struct ce_reader *bytes, struct ce_digest *ret,
                                           struct ce_error *err);

#endif
