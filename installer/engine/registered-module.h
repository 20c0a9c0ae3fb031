/* SPDX-License-Identifier: Apache-2.0
 * The PKCS#11 modules that the installed environment registered with p11-kit. */
#ifndef CE_ENGINE_REGISTERED_MODULE_H
#define CE_ENGINE_REGISTERED_MODULE_H

#include "engine/engine.h"
#include "model/receipt.h"

/* The absolute path of the module that a registration (relpath below the root) names; malloc'ed. NULL when
 * the file cannot be read or names none. */
char *ce_registered_module_path(const struct ce_engine *engine, const char *registration);
/* The path of the module for keys of the catalogue's module `name`: that of the registration that belongs to
 * it, or, for "opensc" and "-" (not known), of the first that belongs to no module in particular. malloc'ed;
 * NULL when the environment has none for it. */
char *ce_registered_module_for(const struct ce_engine *engine, const struct ce_receipt *receipt,
                               const char *name);

#endif
