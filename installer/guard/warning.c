/* SPDX-License-Identifier: Apache-2.0
 * The guide's warning. */
#include "guard/warning.h"

#include "guard/product.h"

#include <string.h>

#define N_(text) text

bool ce_warning_names(const char *id) {
  for (size_t i = 0; i < CE_PRODUCT_COUNT; i++) {
    if (strcmp(ce_products[i].id, id) == 0) {
      return ce_products[i].manner == CE_MANNER_INTERFERES;
    }
  }
  return false;
}

enum ce_code ce_warning_add(struct ce_blob *names, const char *name, bool chinese, struct ce_error *err) {
  const char *separator = chinese ? "、" : ", ";
  return ce_blob_printf(names, err, "%s%s", names->size > 0 ? separator : "", name);
}

const char *ce_warning_sentence(const struct ce_blob *names) {
  return names->size > 0 ? N_("While the certificate environment is being installed, please disable %s, or "
                              "allow everything that the installation does.")
                         : N_("Something needs your attention before the installation.");
}
