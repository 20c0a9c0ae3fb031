/* SPDX-License-Identifier: Apache-2.0
 * Which source a run reads from, and the root that a first install trusts. */
#ifndef CE_ENGINE_SOURCE_H
#define CE_ENGINE_SOURCE_H

#include "base/blob.h"
#include "engine/engine.h"
#include "ports/fetch.h"

/* --source, or the bundle in the program. NO_SOURCE when there is neither. *ret_is_bundle tells which. */
CE_MUST_USE enum ce_code ce_source_open(const struct ce_engine *engine, const struct ce_run_options *options,
                                        struct ce_fetch **ret, bool *ret_is_bundle, struct ce_error *err);
/* The first root in the program's bundle: the anchor of a first install, also when --source names another
 * place. Empty when the program has no bundle. */
CE_MUST_USE enum ce_code ce_source_anchor(const struct ce_engine *engine, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
