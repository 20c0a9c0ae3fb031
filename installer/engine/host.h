/* SPDX-License-Identifier: Apache-2.0
 * What the system itself is: distribution, architecture, running services. */
#ifndef CE_ENGINE_HOST_H
#define CE_ENGINE_HOST_H

#include "engine/engine.h"
#include "model/facts.h"

/* Fills the part of facts that does not depend on a package: live, owner, arch, os_*, *_running, display,
 * free_bytes. */
CE_MUST_USE enum ce_code ce_host_probe(const struct ce_engine *engine, struct ce_facts *facts,
                                       struct ce_error *err);

/* True when path exists below the root, as anything. A path that cannot be looked at counts as absent. */
bool ce_host_has(const struct ce_engine *engine, const char *path);

#endif
