/* SPDX-License-Identifier: Apache-2.0
 * One PKCS#11 module, loaded into this process. A module that crashes takes the process with it: callers
 * run this in a child of theirs. */
#ifndef CE_PROBE_MODULE_H
#define CE_PROBE_MODULE_H

#include "base/json.h"

#include <p11-kit/pkcs11.h>

/* Failures of a module, in every function of the probe: code CHILD, op the stage ("load", "function-list",
 * "initialize", "slots", "token", "session", "certificates"), subject the PKCS#11 return value's name or
 * "", detail a sentence. */
enum ce_code ce_module_fail(struct ce_error *err, const char *stage, CK_RV rv, const char *call);

/* Loads the file and asks for its functions; it stays loaded until the process ends. */
CE_MUST_USE enum ce_code ce_module_load(const char *path, CK_FUNCTION_LIST **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_module_initialize(CK_FUNCTION_LIST *module, struct ce_error *err);
/* path, description, manufacturer, version, cryptoki_version: what C_GetInfo says. */
CE_MUST_USE enum ce_code ce_module_describe(CK_FUNCTION_LIST *module, const char *path, json_t **ret,
                                            struct ce_error *err);

#endif
