/* SPDX-License-Identifier: Apache-2.0
 * Probing: what this machine is and what lies at every path that matters, once, as facts. Looks only. */
#ifndef CE_ENGINE_PROBE_H
#define CE_ENGINE_PROBE_H

#include "engine/engine.h"
#include "model/facts.h"
#include "model/receipt.h"
#include "model/selection.h"

/* How much of the files is read: integration files always, files of the version trees only when deep. */
enum ce_probe_depth { CE_PROBE_SHALLOW, CE_PROBE_DEEP };

/* Facts for what the manifest brings with this selection, and for the receipt; each may be NULL. PERMISSION,
 * IO, MEMORY. */
CE_MUST_USE enum ce_code ce_probe(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                  const struct ce_selection *selection, const struct ce_receipt *receipt,
                                  enum ce_probe_depth depth, struct ce_facts **ret, struct ce_error *err);

/* The architecture of the programs below the root: the running system's, or, in an image, that of its
 * programs. malloc'ed; fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_probe_arch(const struct ce_engine *engine, char **ret, struct ce_error *err);

#endif
