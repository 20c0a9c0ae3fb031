/* SPDX-License-Identifier: Apache-2.0
 * The tables, and how names are compared with them. */
#include "guard/product.h"

#include <string.h>

#define N_(text) text

/* An address is a constant expression, an element of an array of addresses is none. */
#define CE_REMEDY(name, text) static const char remedy_##name[] = text;
#include "guard/remedies.def"
#undef CE_REMEDY
#define remedy_NONE NULL

#define CE_SIGN(product, kind, confidence, pattern)
const struct ce_product_row ce_products[CE_PRODUCT_COUNT] = {
#define CE_PRODUCT(name, id, name_en, name_zh, effects, manner, remedy, fix)                                 \
  {id, name_en, name_zh, effects, CE_MANNER_##manner, remedy_##remedy, fix},
#include "guard/products.def"
#undef CE_PRODUCT
};
#undef CE_SIGN

#define CE_PRODUCT(name, id, name_en, name_zh, effects, manner, remedy, fix)
const struct ce_sign_row ce_signs[] = {
#define CE_SIGN(product, kind, confidence, pattern)                                                          \
  {CE_PRODUCT_##product, CE_SIGN_##kind, CE_CONFIDENCE_##confidence, pattern},
#include "guard/products.def"
#undef CE_SIGN
};
#undef CE_PRODUCT
const size_t ce_sign_count = sizeof ce_signs / sizeof ce_signs[0];

bool ce_sign_matches(const char *pattern, const char *name, size_t length) {
  size_t fixed = strcspn(pattern, "*");
  bool same_beginning = length >= fixed && memcmp(pattern, name, fixed) == 0;
  return same_beginning && (pattern[fixed] == '*' || length == fixed);
}
