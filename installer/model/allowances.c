/* SPDX-License-Identifier: Apache-2.0
 * Reading and writing of allowances. */
#include "model/allowances.h"

#include "model/member.h"

#include <string.h>

#define NAMES_MAX      16
#define NAME_MAX_BYTES 32

#define HEX    "0123456789abcdef"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

static const struct ce_json_context context = {CE_RECEIPT_DAMAGED, "allowances.json"};

void ce_allowances_clear(struct ce_allowances *allowances) {
  ce_strings_free(allowances->usbguard_rules);
  *allowances = (struct ce_allowances){0};
}

/* The position behind text at `at`, or NULL when something else is there. */
static const char *skip(const char *at, const char *text) {
  return at && strncmp(at, text, strlen(text)) == 0 ? at + strlen(text) : NULL;
}

static const char *skip_span(const char *at, const char *set, size_t min, size_t max) {
  size_t length = at ? strspn(at, set) : 0;
  return at && length >= min && length <= max ? at + length : NULL;
}

const char *ce_allowances_rule_problem(const char *rule) {
  const char *at = skip(rule, "allow id ");
  at = skip_span(at, HEX, 4, 4);
  at = skip_span(skip(at, ":"), HEX, 4, 4);
  at = skip_span(skip(at, " hash \""), BASE64, 1, 64);
  at = skip(at, "\"");
  return at && !*at ? NULL : "is not a rule of certenv's";
}

static enum ce_code read_allowances(const json_t *json, struct ce_allowances *allowances,
                                    struct ce_error *err) {
  CE_AUTO(ce_strings) char **names = NULL;
  enum ce_code code =
      ce_strings_from_json(&context, json, "allowed", NAMES_MAX, NAME_MAX_BYTES, NULL, &names, err);
  if (code == CE_OK) {
    allowances->fapolicyd = ce_strings_contain(names, "fapolicyd");
    allowances->kysec = ce_strings_contain(names, "kysec");
    code = ce_strings_from_json(&context, json, "usbguard_rules", CE_ALLOWANCES_RULES_MAX,
                                CE_ALLOWANCES_RULE_MAX, ce_allowances_rule_problem,
                                &allowances->usbguard_rules, err);
  }
  return code;
}

enum ce_code ce_allowances_parse(const void *bytes, size_t size, struct ce_allowances *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  enum ce_code code = ce_json_parse(&context, bytes, size, CE_ALLOWANCES_BYTES_MAX, &json, err);
  if (code == CE_OK) {
    code = ce_member_format(&context, json, CE_ALLOWANCES_FORMAT, CE_STATE_FORMAT, err);
  }
  if (code == CE_OK) {
    code = read_allowances(json, &allowances, err);
  }
  if (code == CE_OK) {
    *ret = allowances;
    allowances = (struct ce_allowances){0};
  }
  return code;
}

enum ce_code ce_allowances_write(const struct ce_allowances *allowances, struct ce_blob *ret,
                                 struct ce_error *err) {
  json_t *names = json_array();
  json_t *rules = ce_strings_to_json(allowances->usbguard_rules);
  int failed = allowances->fapolicyd ? json_array_append_new(names, json_string("fapolicyd")) : 0;
  failed |= allowances->kysec ? json_array_append_new(names, json_string("kysec")) : 0;
  CE_AUTO(ce_json)
  json_t *json =
      json_pack("{s:i,s:o,s:o}", "format", CE_ALLOWANCES_FORMAT, "allowed", names, "usbguard_rules", rules);
  if (failed || !json) {
    return ce_fail_memory(err, context.document);
  }
  enum ce_code code = ce_json_write(json, true, ret, err);
  return code == CE_OK ? ce_blob_append(ret, "\n", 1, err) : code;
}
