/* SPDX-License-Identifier: Apache-2.0
 * Waiting for a key, with somebody to answer or without.
 *
 * Each change of what is known about the key is told as an event. While it waits for a key that is not there
 * or not ready, floor 5's prompt is shown and its answers are heard; with a time limit a countdown is told
 * every second. The wait ends by itself when the key is as it is wanted; nothing polls. */
#ifndef CE_ENGINE_KEY_WAIT_H
#define CE_ENGINE_KEY_WAIT_H

#include "engine/keys.h"

enum ce_key_goal {
  CE_KEY_GOAL_PRESENT, /* a key is plugged in that the install may make ready: nothing blocks it */
  CE_KEY_GOAL_READY
};

struct ce_key_wait {
  enum ce_key_goal goal;
  int64_t timeout_ms;                 /* 0: without end */
  bool only_if_present;               /* ends as TIMEOUT at once when nothing is plugged in */
  int64_t patience_ms;                /* how long nothing is said about a key that is not ready yet */
  const struct ce_key_prompt *prompt; /* NULL: nobody answers */
};

enum ce_key_wait_end {
  CE_KEY_WAIT_FOUND,
  CE_KEY_WAIT_SKIPPED, /* the person goes on without the key */
  CE_KEY_WAIT_TIMEOUT
};

/* *ret_last: the key that was spoken of last (valid for every end). CANCELLED by the person or a signal; IO
 * and PERMISSION as ce_key_watch_open(), MEMORY. */
CE_MUST_USE enum ce_code ce_key_wait_run(const struct ce_engine *engine, const struct ce_keys *keys,
                                         const struct ce_key_wait *wait, enum ce_key_wait_end *ret,
                                         struct ce_key_found *ret_last, struct ce_error *err);
/* Pure: whether a key in that condition is what is waited for. */
bool ce_key_goal_is_met(enum ce_key_goal goal, enum ce_key_reason reason);

#endif
