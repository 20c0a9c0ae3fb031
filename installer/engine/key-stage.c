/* SPDX-License-Identifier: Apache-2.0
 * What is waited for, how long, and what comes of it. */
#include "engine/key-stage.h"

#include "engine/key-certificates.h"
#include "engine/key-wait.h"

/* Rules, drivers and a restarted pcscd need this long, at the most, until a key is ready. */
#define AFTERMATH_MS 5000
#define GLANCE_MS    1000

void ce_key_stage_clear(struct ce_key_stage *stage) {
  ce_keys_free(stage->keys);
  stage->keys = NULL;
}

static enum ce_code enter(struct ce_key_stage *stage, struct ce_error *err) {
  return stage->keys ? CE_OK : ce_keys_open(stage->engine, stage->catalogue, &stage->keys, err);
}

static bool is_required(const struct ce_key_stage *stage) {
  return stage->options->key == CE_KEY_WISH_REQUIRED && !stage->skipped;
}

static bool concerns(const struct ce_key_stage *stage) {
  return stage->engine->live && stage->options->key != CE_KEY_WISH_SKIP;
}

static int64_t now_ms(const struct ce_key_stage *stage) {
  return stage->engine->clock->monotonic_ms(stage->engine->clock->context);
}

/* The kernel gives no event socket: a sandbox, some containers. */
static bool is_without_events(enum ce_code code) {
  return code == CE_IO || code == CE_PERMISSION;
}

static enum ce_code fail_timeout(const struct ce_key_found *last, struct ce_error *err) {
  return ce_fail(err, CE_KEY_TIMEOUT, "wait", last->name_en, "%s", ce_key_reason_id(last->reason));
}

static enum ce_code wait_for(struct ce_key_stage *stage, const struct ce_key_wait *wait,
                             enum ce_key_wait_end *ret, struct ce_key_found *ret_last, struct ce_error *err) {
  int64_t start = now_ms(stage);
  enum ce_code code = ce_key_wait_run(stage->engine, stage->keys, wait, ret, ret_last, err);
  stage->spent_ms += now_ms(stage) - start;
  if (code == CE_OK && *ret == CE_KEY_WAIT_SKIPPED) {
    stage->skipped = true;
  }
  return code;
}

enum ce_code ce_key_stage_before(struct ce_key_stage *stage, struct ce_error *err) {
  if (!concerns(stage) || !is_required(stage)) {
    return CE_OK;
  }
  const struct ce_key_wait wait = {.goal = CE_KEY_GOAL_PRESENT,
                                   .timeout_ms = stage->options->key_timeout_ms,
                                   .prompt = stage->options->key_prompt};
  enum ce_key_wait_end end = CE_KEY_WAIT_FOUND;
  struct ce_key_found last;
  struct ce_error problem;
  enum ce_code code = enter(stage, &problem);
  if (code == CE_OK) {
    code = wait_for(stage, &wait, &end, &last, &problem);
  }
  if (is_without_events(code) && stage->options->key_is_default) {
    ce_emit_warning(stage->engine->sink, "key", &problem);
    stage->skipped = true;
    return CE_OK;
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  return end == CE_KEY_WAIT_TIMEOUT ? fail_timeout(&last, err) : CE_OK;
}

/* What is left of the time limit, and at least what the system needs to take the change. */
static int64_t time_left(const struct ce_key_stage *stage, bool changed) {
  int64_t limit_ms = stage->options->key_timeout_ms;
  int64_t least_ms = changed ? AFTERMATH_MS : GLANCE_MS;
  if (limit_ms == 0) {
    return 0;
  }
  return limit_ms - stage->spent_ms > least_ms ? limit_ms - stage->spent_ms : least_ms;
}

static enum ce_code wait_until_ready(struct ce_key_stage *stage, bool changed, enum ce_key_wait_end *ret,
                                     struct ce_key_found *ret_last, struct ce_error *err) {
  const struct ce_key_wait wait = {.goal = CE_KEY_GOAL_READY,
                                   .timeout_ms = time_left(stage, changed),
                                   .patience_ms = changed ? CE_KEY_SETTLE_MS : 0,
                                   .prompt = stage->options->key_prompt};
  struct ce_error problem;
  enum ce_code code = wait_for(stage, &wait, ret, ret_last, &problem);
  bool in_vain = code == CE_OK && *ret == CE_KEY_WAIT_TIMEOUT;
  if (code != CE_OK || in_vain) {
    ce_emit_note(stage->engine->sink, "key-not-ready",
                 N_("The certificate environment is installed; only the key is not ready yet."), NULL);
  }
  /* A cancelled wait takes nothing back. */
  if (in_vain || code == CE_CANCELLED) {
    return fail_timeout(ret_last, err);
  }
  if (code != CE_OK) {
    *err = problem;
  }
  return code;
}

/* A look that fails leaves an installed environment installed. */
static enum ce_code look(struct ce_key_stage *stage, bool changed, enum ce_key_wait_end *ret,
                         struct ce_key_found *ret_last, struct ce_error *err) {
  const struct ce_key_wait wait = {.goal = CE_KEY_GOAL_READY,
                                   .timeout_ms = changed ? AFTERMATH_MS : GLANCE_MS,
                                   .only_if_present = true,
                                   .patience_ms = changed ? AFTERMATH_MS : GLANCE_MS};
  struct ce_error problem;
  enum ce_code code = wait_for(stage, &wait, ret, ret_last, &problem);
  if (code == CE_MEMORY) {
    *err = problem;
    return code;
  }
  if (code != CE_OK && code != CE_CANCELLED) {
    ce_emit_warning(stage->engine->sink, "key", &problem);
  }
  if (code != CE_OK) {
    *ret = CE_KEY_WAIT_TIMEOUT;
  }
  return CE_OK;
}

enum ce_code ce_key_stage_after(struct ce_key_stage *stage, const struct ce_receipt *receipt, bool changed,
                                struct ce_error *err) {
  enum ce_key_wait_end end = CE_KEY_WAIT_TIMEOUT;
  struct ce_key_found last = {.reason = CE_KEY_REASON_NONE};
  if (!concerns(stage)) {
    return CE_OK;
  }
  enum ce_code code = enter(stage, err);
  if (code != CE_OK) {
    return code;
  }
  code = is_required(stage) ? wait_until_ready(stage, changed, &end, &last, err)
                            : look(stage, changed, &end, &last, err);
  if (code == CE_OK && end == CE_KEY_WAIT_FOUND) {
    ce_key_certificates_tell(stage->engine, stage->keys, &last, receipt);
  }
  return code;
}
