/* SPDX-License-Identifier: Apache-2.0
 * What a machine can do, found by looking for the thing itself (a program, a library, a driver), not for a
 * package. */
#ifndef CE_ENGINE_CAPABILITY_H
#define CE_ENGINE_CAPABILITY_H

#include "engine/engine.h"
#include "model/manifest.h"

/* True when the root has it. Known: "pcscd", "ccid", "p11-kit", and any soname ("libpcsclite.so.1"). An
 * unknown capability counts as missing. */
bool ce_capability_present(const struct ce_engine *engine, const char *arch, const char *capability);

/* The manifest's capabilities and sonames that the root lacks, NULL-terminated, malloc'ed with its strings.
 */
CE_MUST_USE enum ce_code ce_capability_missing(const struct ce_engine *engine, const char *arch,
                                               const struct ce_manifest *manifest, char ***ret,
                                               struct ce_error *err);

#endif
