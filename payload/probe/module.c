/* SPDX-License-Identifier: Apache-2.0
 * Loading a PKCS#11 module (PKCS#11 2.40, section 5.4). */
#include "probe/module.h"

#include "probe/rv.h"
#include "probe/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

enum ce_code ce_module_fail(struct ce_error *err, const char *stage, CK_RV rv, const char *call) {
  return ce_fail(err, CE_CHILD, stage, ce_rv_name(rv), "%s failed with 0x%lx", call, rv);
}

enum ce_code ce_module_load(const char *path, CK_FUNCTION_LIST **ret, struct ce_error *err) {
  if (access(path, R_OK)) {
    return ce_fail(err, CE_CHILD, "load", "", "the file cannot be read: %s", strerror(errno));
  }
  /* A name without a slash would be looked up in the system's library directories. */
  CE_AUTO(ce_free) char *file = strchr(path, '/') ? strdup(path) : ce_text_format("./%s", path);
  if (!file) {
    return ce_fail_memory(err, path);
  }
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    return ce_fail(err, CE_CHILD, "load", "", "%s", dlerror());
  }
  void *symbol = dlsym(library, "C_GetFunctionList");
  if (!symbol) {
    return ce_fail(err, CE_CHILD, "function-list", "",
                   "the file is no PKCS#11 module: it has no C_GetFunctionList");
  }
  CK_C_GetFunctionList get = NULL;
  memcpy(&get, &symbol, sizeof get); /* ISO C has no cast between object and function pointers */
  CK_FUNCTION_LIST *functions = NULL;
  CK_RV rv = get(&functions);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "function-list", rv, "C_GetFunctionList");
  }
  if (!functions || !functions->C_Initialize || !functions->C_GetSlotList) {
    return ce_fail(err, CE_CHILD, "function-list", "", "C_GetFunctionList gave no functions");
  }
  *ret = functions;
  return CE_OK;
}

enum ce_code ce_module_initialize(CK_FUNCTION_LIST *module, struct ce_error *err) {
  CK_RV rv = module->C_Initialize(NULL);
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    return ce_module_fail(err, "initialize", rv, "C_Initialize");
  }
  return CE_OK;
}

static json_t *version_json(const CK_VERSION *version) {
  return json_sprintf("%u.%u", version->major, version->minor);
}

enum ce_code ce_module_describe(CK_FUNCTION_LIST *module, const char *path, json_t **ret,
                                struct ce_error *err) {
  CK_INFO info = {0};
  CK_RV rv = module->C_GetInfo(&info);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "initialize", rv, "C_GetInfo");
  }
  CE_AUTO(ce_free) char *description = ce_token_text(info.libraryDescription, sizeof info.libraryDescription);
  CE_AUTO(ce_free) char *manufacturer = ce_token_text(info.manufacturerID, sizeof info.manufacturerID);
  CE_AUTO(ce_free) char *clean_path = ce_token_text((const uint8_t *)path, strlen(path));
  json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:o}", "path", clean_path, "description", description,
                           "manufacturer", manufacturer, "version", version_json(&info.libraryVersion),
                           "cryptoki_version", version_json(&info.cryptokiVersion));
  if (!json) {
    return ce_fail_memory(err, path);
  }
  *ret = json;
  return CE_OK;
}
