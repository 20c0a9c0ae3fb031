/* SPDX-License-Identifier: Apache-2.0
 * The worker for the PKCS#11 module of an installed tree, or for another one. */
#ifndef CE_ASSISTANT_MODULE_WORKER_H
#define CE_ASSISTANT_MODULE_WORKER_H

#include "device/token.h"

#define CE_MODULE_WORKER_OWN "lib/pkcs11/opensc-pkcs11.so" /* the tree's module */

/* certenv-probe is the tree's. module NULL: the tree's own OpenSC, with the tree's opensc.conf. Codes as
 * ce_token_worker_open(). */
CE_MUST_USE enum ce_code ce_module_worker_open(const char *tree, const char *module,
                                               struct ce_token_worker **ret, struct ce_error *err);

#endif
