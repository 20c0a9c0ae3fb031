/* SPDX-License-Identifier: Apache-2.0
 * profile.json: the organisation that a package speaks for (docs/FORMATS.md). */
#ifndef CE_MODEL_PROFILE_H
#define CE_MODEL_PROFILE_H

#include "base/blob.h"
#include "base/json.h"
#include "model/key-catalogue.h"

#include <stdbool.h>

#define CE_PROFILE_BYTES_MAX (1u << 20)
#define CE_PROFILE_KEYS_MAX  1000

struct ce_profile {
  char *id; /* [a-z0-9-]+ */
  char *organisation_zh, *organisation_en;
  char *portal_url, *user_service_url; /* http or https */
  char *phone;
  char *initial_pin;             /* the hint for a first use; "" when there is none */
  int64_t pin_tries;             /* 1..100 wrong tries until the key locks */
  int64_t reminder_days;         /* 1..3650 days before expiry */
  char **repositories;           /* NULL-terminated URLs in order of preference */
  struct ce_key_catalogue *keys; /* the organisation's own, to be merged over the catalogue; never NULL */
  bool has_icon;                 /* an icon of its own goes with it (model/icon.h) */
  bool wants_driver; /* the private CCID driver bundle is installed without waiting for a key that needs it */
};

void ce_profile_free(struct ce_profile *profile);
CE_DEFINE_AUTO(ce_profile, struct ce_profile *, ce_profile_free);
/* PACKAGE_INVALID; PACKAGE_FORMAT for an unknown major format. */
CE_MUST_USE enum ce_code ce_profile_parse(const void *bytes, size_t size, struct ce_profile **ret,
                                          struct ce_error *err);

#endif
