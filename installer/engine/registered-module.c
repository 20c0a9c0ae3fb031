/* SPDX-License-Identifier: Apache-2.0
 * Reading registrations (pkcs11.conf(5)). */
#include "engine/registered-module.h"

#include "ports/fs-document.h"

#include <string.h>

#define MODULE_FILE_BYTES_MAX 65536

/* The value of the "module:" line, malloc'ed; NULL when there is none. */
static char *module_line(const char *text) {
  static const char key[] = "module:";
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    if (strncmp(line, key, strlen(key)) == 0) {
      const char *value = line + strlen(key);
      value += strspn(value, " \t");
      return strndup(value, strcspn(value, " \t\r\n"));
    }
    line += length + (line[length] == '\n');
  }
  return NULL;
}

char *ce_registered_module_path(const struct ce_engine *engine, const char *registration) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  enum ce_code code = ce_fs_document_read(engine->fs, registration, MODULE_FILE_BYTES_MAX, &text, &ignored);
  return code == CE_OK ? module_line(ce_blob_text(&text)) : NULL;
}

static bool serves(const struct ce_integration *integration, const char *name) {
  bool is_common = strcmp(name, "opensc") == 0 || strcmp(name, "-") == 0;
  return integration->module ? strcmp(integration->module, name) == 0 : is_common;
}

char *ce_registered_module_for(const struct ce_engine *engine, const struct ce_receipt *receipt,
                               const char *name) {
  const struct ce_manifest *manifest = receipt->manifest;
  char *path = NULL;
  for (size_t i = 0; !path && i < manifest->integration_count; i++) {
    const struct ce_integration *integration = &manifest->integration[i];
    if (integration->kind == CE_INTEGRATION_P11_MODULE && serves(integration, name)) {
      path = ce_registered_module_path(engine, integration->target);
    }
  }
  return path;
}
