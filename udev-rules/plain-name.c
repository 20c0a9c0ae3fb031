/* SPDX-License-Identifier: Apache-2.0
 * Names for people inside files that udev reads. */
#include "udev-rules/plain-name.h"

#include <string.h>

enum ce_code ce_plain_name_append(const char *name, struct ce_blob *ret, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (const char *at = name; !code && *at;) {
    size_t length = strcspn(at, "#\\");
    code = ce_blob_append(ret, at, length, err);
    at += length;
    if (!code && *at) {
      code = ce_blob_append(ret, "-", 1, err);
      at++;
    }
  }
  return code;
}
