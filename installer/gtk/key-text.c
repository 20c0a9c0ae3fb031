/* SPDX-License-Identifier: Apache-2.0
 * Reasons into sentences. */
#include "gtk/key-text.h"

#include "base/json.h"
#include "engine/key-wait.h"
#include "gtk/run-view.h"

#include <string.h>

/* CE_KEY_REASON_COUNT for one that this program does not know. */
static enum ce_key_reason reason_of(const json_t *key) {
  const char *id = ce_json_text(key, "reason");
  enum ce_key_reason reason = 0;
  while (reason < CE_KEY_REASON_COUNT && strcmp(ce_key_reason_id(reason), id) != 0) {
    reason++;
  }
  return reason;
}

static const char *name_of(const struct ce_language *language, const json_t *key) {
  bool chinese = strncmp(ce_language_name(language), "zh", 2) == 0;
  const char *holder = ce_json_text(json_object_get(key, "holder"), "program");
  const char *name = ce_json_text(key, chinese ? "name_zh" : "name_en");
  bool about_holder = strcmp(ce_json_text(key, "state"), "held") == 0 && holder[0];
  return about_holder ? holder : name;
}

char *ce_key_sentence(const struct ce_language *language, const json_t *key) {
  enum ce_key_reason reason = reason_of(key);
  if (reason == CE_KEY_REASON_COUNT) {
    return strdup(ce_json_text(key, "sentence"));
  }
  return ce_sentence_fill(ce_translate(language, ce_key_reason_sentence(reason)), name_of(language, key));
}

const char *ce_key_action(const struct ce_language *language, const json_t *key) {
  enum ce_key_reason reason = reason_of(key);
  return reason == CE_KEY_REASON_COUNT ? ce_json_text(key, "action")
                                       : ce_translate(language, ce_key_reason_action(reason));
}

static enum ce_key_state state_of(const json_t *key) {
  enum ce_key_reason reason = reason_of(key);
  return reason == CE_KEY_REASON_COUNT ? CE_KEY_STATE_COUNT : ce_key_reason_state(reason);
}

bool ce_key_is_ready(const json_t *key) {
  return state_of(key) == CE_KEY_STATE_READY;
}

bool ce_key_is_absent(const json_t *key) {
  return state_of(key) == CE_KEY_STATE_NONE;
}

bool ce_key_is_blocked(const json_t *key) {
  return state_of(key) == CE_KEY_STATE_BLOCKED;
}

bool ce_key_is_workable(const json_t *key) {
  enum ce_key_reason reason = reason_of(key);
  return reason != CE_KEY_REASON_COUNT && !json_is_true(json_object_get(key, "settling")) &&
         ce_key_goal_is_met(CE_KEY_GOAL_PRESENT, reason);
}
