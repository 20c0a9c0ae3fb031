/* SPDX-License-Identifier: Apache-2.0
 * Everything that a repository or bundle offers, looked at: metadata, every target's length and digest, every
 * package from its first byte to its last, every channel against the package that it names; also what
 * delegated roles have, found as clients find it. */
#ifndef CE_PUBLISH_INSPECTION_H
#define CE_PUBLISH_INSPECTION_H

#include "publish/client.h"

struct ce_inspection {
  const struct ce_publish_arguments *report; /* one line for each thing that is well; NULL: none */
  bool is_partial; /* a bundle: targets may be missing, but not what its channels name */
};

/* TRUST_DIGEST for a target that is missing or wrong, PACKAGE_*, and what fetching gives. */
CE_MUST_USE enum ce_code ce_inspection_run(const struct ce_inspection *inspection, struct ce_client *client,
                                           struct ce_error *err);

#endif
