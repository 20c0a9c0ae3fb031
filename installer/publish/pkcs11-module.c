/* SPDX-License-Identifier: Apache-2.0
 * Loading and unloading of PKCS#11 modules, and what their return values mean. */
#include "publish/pkcs11-module.h"

#include <dlfcn.h>
#include <string.h>

struct meaning {
  CK_RV rv;
  const char *words;
};

static const struct meaning meanings[] = {
    {CKR_PIN_INCORRECT, "the PIN is wrong"},
    {CKR_PIN_INVALID, "the PIN is wrong"},
    {CKR_PIN_LEN_RANGE, "the PIN is too short or too long"},
    {CKR_PIN_EXPIRED, "the PIN has expired; it must be changed first"},
    {CKR_PIN_LOCKED, "the PIN is locked after too many wrong tries"},
    {CKR_USER_PIN_NOT_INITIALIZED, "the token has no PIN yet"},
    {CKR_TOKEN_NOT_PRESENT, "the token was removed"},
    {CKR_DEVICE_REMOVED, "the token was removed"},
    {CKR_TOKEN_NOT_RECOGNIZED, "the module does not know this token"},
    {CKR_DEVICE_ERROR, "the token does not answer as it should"},
    {CKR_DEVICE_MEMORY, "the token has not enough memory"},
    {CKR_FUNCTION_CANCELED, "it was cancelled"},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, "the key must not be used for signing"},
    {CKR_KEY_TYPE_INCONSISTENT, "the key cannot be used in this way"},
    {CKR_MECHANISM_INVALID, "the token cannot sign in this way"},
    {CKR_MECHANISM_PARAM_INVALID, "the token cannot sign in this way"},
    {CKR_USER_NOT_LOGGED_IN, "the token asks for a login"},
    {CKR_SESSION_HANDLE_INVALID, "the token was removed"},
};

enum ce_code ce_pkcs11_fail(struct ce_error *err, const char *op, const char *subject, CK_RV rv,
                            const char *call) {
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
    if (meanings[i].rv == rv) {
      return ce_fail(err, CE_PERMISSION, op, subject, "%s", meanings[i].words);
    }
  }
  return ce_fail(err, CE_PERMISSION, op, subject, "the module's %s failed with 0x%lx", call, rv);
}

static enum ce_code load(struct ce_pkcs11_module *module, struct ce_error *err) {
  if (strchr(module->path, '/') && access(module->path, F_OK) != 0) {
    return ce_fail(err, CE_NOT_FOUND, "load PKCS#11 module", module->path, "there is no such file");
  }
  module->library = dlopen(module->path, RTLD_NOW | RTLD_LOCAL);
  if (!module->library) {
    return ce_fail(err, CE_PERMISSION, "load PKCS#11 module", module->path, "%s", dlerror());
  }
  void *symbol = dlsym(module->library, "C_GetFunctionList");
  CK_C_GetFunctionList get = NULL;
  memcpy(&get, &symbol, sizeof get); /* ISO C has no cast between object and function pointers */
  CK_RV rv = get ? get(&module->functions) : CKR_FUNCTION_NOT_SUPPORTED;
  if (rv != CKR_OK || !module->functions) {
    return ce_fail(err, CE_PERMISSION, "load PKCS#11 module", module->path,
                   "it is not a PKCS#11 module: C_GetFunctionList is missing or fails");
  }
  rv = module->functions->C_Initialize(NULL);
  module->initialized = rv == CKR_OK;
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    return ce_pkcs11_fail(err, "start PKCS#11 module", module->path, rv, "C_Initialize");
  }
  return CE_OK;
}

enum ce_code ce_pkcs11_module_open(const char *path, struct ce_pkcs11_module **ret, struct ce_error *err) {
  CE_AUTO(ce_pkcs11_module) struct ce_pkcs11_module *module = calloc(1, sizeof *module);
  if (!module) {
    return ce_fail_memory(err, path);
  }
  module->references = 1;
  module->path = strdup(path);
  if (!module->path) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = load(module, err);
  if (code == CE_OK) {
    *ret = ce_take(&module);
  }
  return code;
}

struct ce_pkcs11_module *ce_pkcs11_module_share(struct ce_pkcs11_module *module) {
  module->references++;
  return module;
}

void ce_pkcs11_module_release(struct ce_pkcs11_module *module) {
  if (!module || --module->references > 0) {
    return;
  }
  if (module->initialized) {
    module->functions->C_Finalize(NULL);
  }
  if (module->library) {
    dlclose(module->library);
  }
  free(module->path);
  free(module);
}
