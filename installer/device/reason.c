/* SPDX-License-Identifier: Apache-2.0
 * Tables generated from reason.def. */
#include "device/reason.h"

#include <assert.h>

#define N_(text) text

static const struct {
  enum ce_key_state state;
  const char *id;
  enum ce_key_subject subject;
  const char *sentence, *action;
} rows[CE_KEY_REASON_COUNT] = {
#define CE_KEY_ANSWER(name, state, id, subject, sentence, action)                                            \
  {CE_KEY_STATE_##state, id, CE_KEY_SUBJECT_##subject, sentence, action},
#include "device/reason.def"
#undef CE_KEY_ANSWER
};

static const char *const state_names[CE_KEY_STATE_COUNT] = {
    "none",      "denied", "blocked", "unknown",          "no-access", "no-pcscd",
    "no-driver", "held",   "no-card", "unsupported-card", "ready"};

const char *ce_key_state_name(enum ce_key_state state) {
  assert(state < CE_KEY_STATE_COUNT);
  return state_names[state];
}

enum ce_key_state ce_key_reason_state(enum ce_key_reason reason) {
  assert(reason < CE_KEY_REASON_COUNT);
  return rows[reason].state;
}

const char *ce_key_reason_id(enum ce_key_reason reason) {
  assert(reason < CE_KEY_REASON_COUNT);
  return rows[reason].id;
}

enum ce_key_subject ce_key_reason_subject(enum ce_key_reason reason) {
  assert(reason < CE_KEY_REASON_COUNT);
  return rows[reason].subject;
}

const char *ce_key_reason_sentence(enum ce_key_reason reason) {
  assert(reason < CE_KEY_REASON_COUNT);
  return rows[reason].sentence;
}

const char *ce_key_reason_action(enum ce_key_reason reason) {
  assert(reason < CE_KEY_REASON_COUNT);
  return rows[reason].action;
}
