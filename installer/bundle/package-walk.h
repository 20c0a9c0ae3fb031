/* SPDX-License-Identifier: Apache-2.0
 * The two ways of walking through a package; private to bundle/ and its tests. */
#ifndef CE_BUNDLE_PACKAGE_WALK_H
#define CE_BUNDLE_PACKAGE_WALK_H

#include "bundle/package.h"

/* Everything on the caller's thread. */
CE_MUST_USE enum ce_code ce_package_walk_here(struct ce_package *package,
                                              const struct ce_package_visitor *visitor, struct ce_error *err);
/* Decompresses and checks on a thread of its own, which is ahead of the visitor by at most a mebibyte; the
 * visitor is called on the caller's thread, as it would be by the other way. *ret_started is false, and
 * nothing was done, when there can be no thread. */
CE_MUST_USE enum ce_code ce_package_walk_ahead(struct ce_package *package,
                                               const struct ce_package_visitor *visitor, bool *ret_started,
                                               struct ce_error *err);

#endif
