/* SPDX-License-Identifier: Apache-2.0
 * Roles and their settings. */
#include "publish/role.h"

#include <string.h>

static const char *const role_names[CE_ROLE_COUNT] = {"root", "targets", "snapshot", "timestamp"};

/* Roots are replaced by hand, from a safe; the timestamp by every publication, and it is what a mirror that
 * is held back gives away. */
static const struct ce_role_settings defaults[CE_ROLE_COUNT] = {
    {1, 1, 1095}, {1, 1, 365}, {1, 1, 365}, {1, 1, 90}};

const char *ce_role_name(enum ce_role role) {
  return role_names[role];
}

/* ROLE=NUMBER */
static enum ce_code parse_setting(const char *option, const char *text, int64_t min, int64_t max,
                                  enum ce_role *ret_role, int64_t *ret_number, struct ce_error *err) {
  size_t length = strcspn(text, "=");
  for (int role = 0; role < CE_ROLE_COUNT && text[length] == '='; role++) {
    if (strlen(role_names[role]) == length && strncmp(role_names[role], text, length) == 0) {
      *ret_role = (enum ce_role)role;
      return ce_publish_number_parse(option, text + length + 1, min, max, ret_number, err);
    }
  }
  return ce_fail(err, CE_USAGE, "read options", option,
                 "'%s' is not ROLE=NUMBER with one of root, targets, snapshot, timestamp", text);
}

static enum ce_code apply(const char *option, const char *value, struct ce_role_settings *settings,
                          struct ce_error *err) {
  enum ce_role role = CE_ROLE_ROOT;
  int64_t number = 0;
  if (strcmp(option, "root-keys") == 0) {
    return ce_publish_number_parse(option, value, 1, CE_ROLE_KEYS_MAX, &settings[CE_ROLE_ROOT].key_count,
                                   err);
  }
  if (strcmp(option, "threshold") == 0) {
    enum ce_code code = parse_setting(option, value, 1, CE_ROLE_KEYS_MAX, &role, &number, err);
    if (code == CE_OK) {
      settings[role].threshold = number;
    }
    return code;
  }
  if (strcmp(option, "expires") == 0) {
    enum ce_code code = parse_setting(option, value, 0, CE_ROLE_DAYS_MAX, &role, &number, err);
    if (code == CE_OK) {
      settings[role].expires_days = number;
    }
    return code;
  }
  return CE_OK;
}

enum ce_code ce_role_settings_read(const struct ce_publish_arguments *arguments,
                                   struct ce_role_settings ret[CE_ROLE_COUNT], struct ce_error *err) {
  struct ce_role_settings settings[CE_ROLE_COUNT];
  memcpy(settings, defaults, sizeof settings);
  for (size_t i = 0; i < arguments->given_count; i++) {
    enum ce_code code = apply(arguments->given[i].option->name, arguments->given[i].value, settings, err);
    if (code != CE_OK) {
      return code;
    }
  }
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    if (settings[role].key_count < settings[role].threshold) {
      settings[role].key_count = settings[role].threshold;
    }
  }
  memcpy(ret, settings, sizeof settings);
  return CE_OK;
}
