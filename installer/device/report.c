/* SPDX-License-Identifier: Apache-2.0
 * Answers as JSON objects. */
#include "device/report.h"

#include "base/blob.h"

#include <string.h>

/* The sentence with its subject in place of the %s; a format is never made of what a device wrote. */
static json_t *sentence_json(const struct ce_key_found *found) {
  const char *sentence = ce_key_reason_sentence(found->reason);
  const char *place = strstr(sentence, "%s");
  if (!place) {
    return json_string(sentence);
  }
  CE_AUTO(ce_free)
  char *text = ce_text_format("%.*s%s%s", (int)(place - sentence), sentence,
                              ce_key_found_subject(found, false), place + 2);
  return text ? json_string(text) : NULL;
}

/* The helpers return what jansson does: not 0 when memory is out. */
static int set_text(json_t *object, const char *name, const char *text) {
  return text[0] ? json_object_set_new(object, name, json_string(text)) : 0;
}

static int set_device(json_t *object, const struct ce_key_found *found) {
  if (!found->syspath[0]) {
    return 0;
  }
  CE_AUTO(ce_free) char *id = ce_text_format("%04x:%04x", found->vendor_id, found->product_id);
  return id ? set_text(object, "id", id) | set_text(object, "port", found->syspath) : -1;
}

static int set_key(json_t *object, const struct ce_key *key) {
  return key ? set_text(object, "class", ce_key_class_name(key->class)) |
                   set_text(object, "module", key->module)
             : 0;
}

static int set_holder(json_t *object, const struct ce_holder *holder) {
  if (holder->pid <= 0) {
    return 0;
  }
  return json_object_set_new(
      object, "holder", json_pack("{s:I,s:s}", "pid", (json_int_t)holder->pid, "program", holder->program));
}

json_t *ce_key_found_json(const struct ce_key_found *found) {
  json_t *object = json_object();
  int failed = json_object_set_new(object, "state",
                                   json_string(ce_key_state_name(ce_key_reason_state(found->reason))));
  failed |= set_text(object, "reason", ce_key_reason_id(found->reason));
  failed |= json_object_set_new(object, "sentence", sentence_json(found));
  failed |= set_text(object, "action", ce_key_reason_action(found->reason));
  failed |= json_object_set_new(object, "settling", json_boolean(found->settling));
  failed |= set_text(object, "name_zh", found->name_zh);
  failed |= set_text(object, "name_en", found->name_en);
  failed |= set_device(object, found);
  failed |= set_key(object, found->key);
  failed |= set_text(object, "node", found->node);
  failed |= set_text(object, "reader", found->reader);
  failed |= set_holder(object, &found->holder);
  if (failed) {
    json_decref(object);
    return NULL;
  }
  return object;
}

json_t *ce_key_report_json(const struct ce_key_report *report) {
  json_t *keys = json_array();
  int failed = 0;
  for (size_t i = 0; i < report->count; i++) {
    failed |= json_array_append_new(keys, ce_key_found_json(&report->found[i]));
  }
  if (failed) {
    json_decref(keys);
    return NULL;
  }
  return json_pack("{s:s,s:I,s:o}", "state",
                   ce_key_state_name(ce_key_reason_state(report->found[report->overall].reason)), "overall",
                   (json_int_t)report->overall, "keys", keys);
}
