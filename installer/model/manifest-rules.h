/* SPDX-License-Identifier: Apache-2.0
 * What must hold between the entries of a manifest; parsing calls it once all of them are read. */
#ifndef CE_MODEL_MANIFEST_RULES_H
#define CE_MODEL_MANIFEST_RULES_H

#include "model/manifest.h"

/* Order, nesting, links, sizes and integration; sets total_bytes. The error's subject is the entry's path. */
CE_MUST_USE enum ce_code ce_manifest_rules_apply(struct ce_manifest *manifest,
                                                 const struct ce_json_context *context, struct ce_error *err);

#endif
