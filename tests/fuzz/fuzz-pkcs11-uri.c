/* SPDX-License-Identifier: Apache-2.0
 * PKCS#11 URIs from key files and command lines. */
#include "publish/pkcs11-uri.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_pkcs11_uri) struct ce_pkcs11_uri uri = {0};
  CE_AUTO(ce_free) char *text = strndup((const char *)data, size);
  struct ce_error err = {0};
  if (!text) {
    return 0;
  }
  enum ce_code code = ce_pkcs11_uri_parse(text, &uri, &err);
  if (code == CE_OK &&
      (!uri.module_path || strcmp(uri.text, text) != 0 || (!uri.object && uri.id.size == 0))) {
    abort();
  }
  if (code != CE_OK && (uri.text || !err.detail[0])) {
    abort();
  }
  return 0;
}
