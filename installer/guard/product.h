/* SPDX-License-Identifier: Apache-2.0
 * The tables of products.def and remedies.def: what is known about each product, and what gives it away. */
#ifndef CE_GUARD_PRODUCT_H
#define CE_GUARD_PRODUCT_H

#include "guard/finding.h"

#include <stdbool.h>

#define CE_SIGN(product, kind, confidence, pattern)
enum ce_product {
#define CE_PRODUCT(name, id, name_en, name_zh, effects, manner, remedy, fix) CE_PRODUCT_##name,
#include "guard/products.def"
#undef CE_PRODUCT
  CE_PRODUCT_COUNT
};
#undef CE_SIGN

enum ce_product_manner {
  CE_MANNER_INTERFERES, /* a warning when it is seen at work */
  CE_MANNER_MONITORS,   /* takes nothing away from an install: advice at most */
  CE_MANNER_RULED       /* guard/rules.c decides */
};

struct ce_product_row {
  const char *id, *name_en, *name_zh;
  unsigned effects; /* enum ce_finding_effect */
  enum ce_product_manner manner;
  const char *remedy; /* msgid; NULL: nothing needs to be done */
  const char *fix;    /* NULL: nothing */
};

enum ce_sign_kind {
  CE_SIGN_PROCESS,   /* the name of a running program */
  CE_SIGN_MODULE,    /* a loaded module of the kernel */
  CE_SIGN_UNIT,      /* a system unit of systemd */
  CE_SIGN_USER_UNIT, /* a unit of the users' systemd */
  CE_SIGN_PACKAGE,   /* a name of the dpkg database */
  CE_SIGN_BUS_NAME,  /* a name of D-Bus that a file in /usr/share offers */
  CE_SIGN_PLACE,     /* a directory; a program that runs from below it is the product at work */
  CE_SIGN_PATH
};

struct ce_sign_row {
  enum ce_product product;
  enum ce_sign_kind kind;
  enum ce_confidence confidence;
  const char *pattern; /* paths are relative to the root */
};

extern const struct ce_product_row ce_products[CE_PRODUCT_COUNT];
extern const struct ce_sign_row ce_signs[];
extern const size_t ce_sign_count;

/* Whether name, of length bytes, is what the pattern means: the same bytes, or for "rest*" the same
 * beginning. */
bool ce_sign_matches(const char *pattern, const char *name, size_t length);

#endif
