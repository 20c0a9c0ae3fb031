/* SPDX-License-Identifier: Apache-2.0
 * What certenv-probe found: tokens and their certificates, read from its JSON. */
#ifndef CE_ASSISTANT_INVENTORY_H
#define CE_ASSISTANT_INVENTORY_H

#include "base/json.h"

#define CE_INVENTORY_BYTES_MAX (4u << 20)

enum ce_validity { CE_VALIDITY_OK, CE_VALIDITY_SOON, CE_VALIDITY_EXPIRED, CE_VALIDITY_NOT_YET };

/* Strings are never NULL, except error. All of them belong to the inventory. */
struct ce_certificate {
  const char *error; /* why it cannot be described (then the rest is empty), or NULL */
  const char *name, *issuer;
  char until[11]; /* "2026-12-12" */
  int64_t days_left;
  enum ce_validity validity;
};

struct ce_token {
  const char *label, *manufacturer, *model, *serial;
  const char *error; /* why its certificates cannot be listed, or NULL */
  bool initialized;
  bool pin_locked, pin_final_try, pin_count_low, pin_to_be_changed;
  struct ce_certificate *certificates;
  size_t certificate_count;
};

struct ce_inventory {
  json_t *json; /* the probe's object, with "validity" ("ok", "soon", "expired", "not-yet") added to
                   certificates */
  struct ce_token *tokens;
  size_t token_count;
  const char *error_stage, *error_message; /* the module's failure, or NULL */
};

void ce_inventory_free(struct ce_inventory *inventory);
CE_DEFINE_AUTO(ce_inventory, struct ce_inventory *, ce_inventory_free);

/* reminder_days before its end a certificate expires SOON. CHILD when it is not what the probe prints; the
 * reference to report is taken in any case. */
CE_MUST_USE enum ce_code ce_inventory_read(json_t *report, int64_t reminder_days, struct ce_inventory **ret,
                                           struct ce_error *err);
/* The same from text. */
CE_MUST_USE enum ce_code ce_inventory_parse(const void *bytes, size_t size, int64_t reminder_days,
                                            struct ce_inventory **ret, struct ce_error *err);

#endif
