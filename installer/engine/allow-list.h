/* SPDX-License-Identifier: Apache-2.0
 * The files that security software is to trust. */
#ifndef CE_ENGINE_ALLOW_LIST_H
#define CE_ENGINE_ALLOW_LIST_H

#include "base/event.h"
#include "model/manifest.h"

/* A program, or a library that programs load. */
bool ce_allow_list_has(const struct ce_manifest_file *file);

/* A note "allow-list" for each program and library of the manifest, with path and SHA-256, for who keeps an
 * allow-list by hand. */
void ce_allow_list_tell(const struct ce_sink *sink, const struct ce_manifest *manifest);

#endif
