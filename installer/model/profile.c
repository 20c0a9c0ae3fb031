/* SPDX-License-Identifier: Apache-2.0
 * profile.json from bytes. */
#include "model/profile.h"

#include "model/key-entry.h"
#include "model/member.h"
#include "model/strings.h"
#include "model/text-rule.h"

#include <string.h>

#define PROFILE_FORMAT        1
#define PROFILE_ID_MAX        128
#define PROFILE_NAME_MAX      256
#define PROFILE_PHONE_MAX     64
#define PROFILE_PIN_MAX       64
#define PROFILE_TRIES_MAX     100
#define PROFILE_REMINDER_MAX  3650
#define PROFILE_ADDRESSES_MAX 64
#define PROFILE_SOURCE        "profile" /* of keys that name no source */

static const struct ce_json_context profile_context = {CE_PACKAGE_INVALID, "profile.json"};

void ce_profile_free(struct ce_profile *profile) {
  if (!profile) {
    return;
  }
  free(profile->id);
  free(profile->organisation_zh);
  free(profile->organisation_en);
  free(profile->portal_url);
  free(profile->user_service_url);
  free(profile->phone);
  free(profile->initial_pin);
  ce_strings_free(profile->repositories);
  ce_key_catalogue_free(profile->keys);
  free(profile);
}

/* "" or printable ASCII. */
static const char *pin_problem(const char *text) {
  for (const char *at = text; *at; at++) {
    if (*at <= ' ' || *at > '~') {
      return "has characters that a PIN cannot have";
    }
  }
  return NULL;
}

static enum ce_code read_organisation(const json_t *json, struct ce_profile *profile, struct ce_error *err) {
  json_t *names = NULL;
  enum ce_code code = ce_member_checked_text(&profile_context, json, "id", PROFILE_ID_MAX,
                                             ce_text_identifier_problem, &profile->id, err);
  if (code == CE_OK) {
    code = ce_json_get_object(&profile_context, json, "organisation", &names, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&profile_context, names, "zh", PROFILE_NAME_MAX, ce_text_display_problem,
                                  &profile->organisation_zh, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&profile_context, names, "en", PROFILE_NAME_MAX, ce_text_display_problem,
                                  &profile->organisation_en, err);
  }
  return code;
}

static enum ce_code read_contact(const json_t *json, struct ce_profile *profile, struct ce_error *err) {
  enum ce_code code = ce_member_checked_text(&profile_context, json, "portal_url", CE_ADDRESS_MAX,
                                             ce_text_web_address_problem, &profile->portal_url, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(&profile_context, json, "user_service_url", CE_ADDRESS_MAX,
                                  ce_text_web_address_problem, &profile->user_service_url, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&profile_context, json, "phone", PROFILE_PHONE_MAX, ce_text_display_problem,
                                  &profile->phone, err);
  }
  if (code == CE_OK) {
    code = ce_strings_from_json(&profile_context, json, "repositories", PROFILE_ADDRESSES_MAX, CE_ADDRESS_MAX,
                                ce_text_web_address_problem, &profile->repositories, err);
  }
  return code;
}

static enum ce_code read_policy(const json_t *json, struct ce_profile *profile, struct ce_error *err) {
  json_t *pin = NULL;
  enum ce_code code = ce_json_get_object(&profile_context, json, "pin", &pin, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(&profile_context, pin, "initial", PROFILE_PIN_MAX, pin_problem,
                                  &profile->initial_pin, err);
  }
  if (code == CE_OK) {
    code =
        ce_json_get_integer(&profile_context, pin, "tries", 1, PROFILE_TRIES_MAX, &profile->pin_tries, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_integer(&profile_context, json, "reminder_days", 1, PROFILE_REMINDER_MAX,
                               &profile->reminder_days, err);
  }
  return code;
}

static enum ce_code read_wishes(const json_t *json, struct ce_profile *profile, struct ce_error *err) {
  enum ce_code code =
      ce_member_optional_boolean(&profile_context, json, "driver", &profile->wants_driver, err);
  return code == CE_OK ? ce_member_optional_boolean(&profile_context, json, "icon", &profile->has_icon, err)
                       : code;
}

static enum ce_code read_keys(const json_t *json, struct ce_profile *profile, struct ce_error *err) {
  return ce_key_catalogue_from_json(&profile_context, json, CE_PROFILE_KEYS_MAX, PROFILE_SOURCE,
                                    &profile->keys, err);
}

enum ce_code ce_profile_parse(const void *bytes, size_t size, struct ce_profile **ret, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = NULL;
  enum ce_code code = ce_json_parse(&profile_context, bytes, size, CE_PROFILE_BYTES_MAX, &json, err);
  if (code == CE_OK) {
    code = ce_member_format(&profile_context, json, PROFILE_FORMAT, CE_PACKAGE_FORMAT, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_profile) struct ce_profile *profile = calloc(1, sizeof *profile);
  if (!profile) {
    return ce_fail_memory(err, profile_context.document);
  }
  code = read_organisation(json, profile, err);
  if (code == CE_OK) {
    code = read_contact(json, profile, err);
  }
  if (code == CE_OK) {
    code = read_policy(json, profile, err);
  }
  if (code == CE_OK) {
    code = read_keys(json, profile, err);
  }
  if (code == CE_OK) {
    code = read_wishes(json, profile, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&profile);
  }
  return code;
}
