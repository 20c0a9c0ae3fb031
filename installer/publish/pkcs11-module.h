/* SPDX-License-Identifier: Apache-2.0
 * A PKCS#11 module (version 2.40) in this process, shared by the tokens that are reached through it. */
#ifndef CE_PUBLISH_PKCS11_MODULE_H
#define CE_PUBLISH_PKCS11_MODULE_H

#include "base/cleanup.h"
#include "base/error.h"

#include <p11-kit/pkcs11.h>

#include <stdbool.h>
#include <stddef.h>

struct ce_pkcs11_module {
  char *path;
  void *library;
  CK_FUNCTION_LIST *functions;
  size_t references;
  bool initialized;
};

/* NOT_FOUND when the file is missing; PERMISSION when it is no module or does not start. */
CE_MUST_USE enum ce_code ce_pkcs11_module_open(const char *path, struct ce_pkcs11_module **ret,
                                               struct ce_error *err);
struct ce_pkcs11_module *ce_pkcs11_module_share(struct ce_pkcs11_module *module);
/* The last one finalizes and unloads it. */
void ce_pkcs11_module_release(struct ce_pkcs11_module *module);
CE_DEFINE_AUTO(ce_pkcs11_module, struct ce_pkcs11_module *, ce_pkcs11_module_release);

/* PERMISSION, saying in words what the return value of that call means. */
enum ce_code ce_pkcs11_fail(struct ce_error *err, const char *op, const char *subject, CK_RV rv,
                            const char *call);

#endif
