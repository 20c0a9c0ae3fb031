/* SPDX-License-Identifier: Apache-2.0
 * Telling what a root document changes. */
#include "publish/ceremony-report.h"

#include "publish/document.h"
#include "publish/root-edit.h"
#include "trust/instant.h"

#include <string.h>

struct telling {
  const struct ce_publish_arguments *arguments;
  const json_t *before, *after; /* bodies; before is NULL for a first root */
};

static const char *type_name(const json_t *body, const char *key_id) {
  const json_t *key = json_object_get(json_object_get(body, "keys"), key_id);
  const char *scheme = json_string_value(json_object_get(key, "scheme"));
  for (const struct ce_key_type *type = ce_key_types(); scheme && type->name; type++) {
    if (strcmp(type->scheme, scheme) == 0) {
      return type->name;
    }
  }
  return "?";
}

static bool has(const json_t *body, const char *role, const char *key_id) {
  for (size_t i = 0; i < ce_root_edit_key_count(body, role); i++) {
    if (strcmp(ce_root_edit_key_id(body, role, i), key_id) == 0) {
      return true;
    }
  }
  return false;
}

static bool report_keys(const struct telling *telling, const char *role) {
  const struct ce_publish_arguments *arguments = telling->arguments;
  bool changed = false;
  for (size_t i = 0; i < ce_root_edit_key_count(telling->after, role); i++) {
    const char *id = ce_root_edit_key_id(telling->after, role, i);
    if (!has(telling->before, role, id)) {
      changed = true;
      ce_publish_report(arguments, N_("  %s: new key      %-10s %s"), role, type_name(telling->after, id),
                        id);
    }
  }
  for (size_t i = 0; i < ce_root_edit_key_count(telling->before, role); i++) {
    const char *id = ce_root_edit_key_id(telling->before, role, i);
    if (!has(telling->after, role, id)) {
      changed = true;
      ce_publish_report(arguments, N_("  %s: key removed  %-10s %s"), role, type_name(telling->before, id),
                        id);
    }
  }
  return changed;
}

static void report_role(const struct telling *telling, const char *role) {
  const struct ce_publish_arguments *arguments = telling->arguments;
  long long before = ce_root_edit_threshold(telling->before, role);
  long long after = ce_root_edit_threshold(telling->after, role);
  size_t count = ce_root_edit_key_count(telling->after, role);
  bool changed = report_keys(telling, role);
  if (telling->before && before != after) {
    ce_publish_report(arguments, N_("  %s: %lld of %zu keys must sign, and not %lld as before"), role, after,
                      count, before);
  } else if (changed) {
    ce_publish_report(arguments, N_("  %s: %lld of %zu keys must sign"), role, after, count);
  } else {
    ce_publish_report(arguments, N_("  %s: unchanged, %lld of %zu keys must sign"), role, after, count);
  }
}

/* The body without what is told of it elsewhere. NULL when memory is out. */
static json_t *strip(const json_t *body) {
  json_t *rest = json_deep_copy(body);
  json_object_del(rest, "keys");
  json_object_del(rest, "version");
  json_object_del(rest, "expires");
  json_t *roles = json_object_get(rest, "roles");
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    json_t *entry = json_object_get(roles, ce_role_name((enum ce_role)role));
    json_object_del(entry, "keyids");
    json_object_del(entry, "threshold");
  }
  return rest;
}

static bool changes_more(const struct telling *telling) {
  CE_AUTO(ce_json) json_t *before = strip(telling->before);
  CE_AUTO(ce_json) json_t *after = strip(telling->after);
  return !json_equal(before, after);
}

void ce_ceremony_describe(const struct ce_publish_arguments *arguments, const struct ce_ceremony *ceremony) {
  struct telling telling = {arguments, ceremony->trusted_document.body, ceremony->document.body};
  char when[CE_INSTANT_SIZE];
  ce_instant_format(ceremony->root->head.expires_s, when);
  ce_publish_report(arguments, N_("This is version %lld of the root, valid to %s."),
                    (long long)ceremony->root->head.version, when);
  if (ceremony->trusted) {
    ce_publish_report(arguments, N_("Against version %lld, which you trust:"),
                      (long long)ceremony->trusted->head.version);
  } else {
    ce_publish_report(arguments, N_("It is the first of its repository:"));
  }
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    report_role(&telling, ce_role_name((enum ce_role)role));
  }
  if (telling.before && changes_more(&telling)) {
    ce_publish_report(arguments, N_("  Other members change too: look at the file before you sign it."));
  }
  if (ceremony->root->head.expires_s <= arguments->now_s) {
    ce_publish_report(arguments, N_("By this machine's clock it has expired."));
  }
}

static void report_count(const struct ce_publish_arguments *arguments, const struct ce_ceremony_count *count,
                         const char *whose) {
  ce_publish_report(arguments, N_("Signatures that count for %s: %zu of %zu."),
                    ce_translate(arguments->language, whose), count->signed_by, count->required);
}

enum ce_code ce_ceremony_report_count(const struct ce_publish_arguments *arguments,
                                      const struct ce_ceremony *ceremony, struct ce_error *err) {
  struct ce_ceremony_count before, after;
  enum ce_code code = ce_ceremony_count_trusted(ceremony, &before, err);
  if (code == CE_OK) {
    code = ce_ceremony_count_new(ceremony, &after, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (ceremony->trusted) {
    report_count(arguments, &before, N_("the root that you trust"));
  }
  report_count(arguments, &after, N_("the new root"));
  if (before.signed_by >= before.required && after.signed_by >= after.required) {
    ce_publish_report(arguments, N_("That is enough: publish it with `accept`."));
  }
  return CE_OK;
}
