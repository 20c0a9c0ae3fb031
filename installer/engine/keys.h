/* SPDX-License-Identifier: Apache-2.0
 * The keys at the running system, for the person who called: the engine's side of device/key-watch.h. */
#ifndef CE_ENGINE_KEYS_H
#define CE_ENGINE_KEYS_H

#include "device/key-watch.h"
#include "engine/engine.h"

struct ce_keys;

/* The catalogue must outlive the keys. Nothing is looked at yet. IO, MEMORY. */
CE_MUST_USE enum ce_code ce_keys_open(const struct ce_engine *engine,
                                      const struct ce_key_catalogue *catalogue, struct ce_keys **ret,
                                      struct ce_error *err);
void ce_keys_free(struct ce_keys *keys);
CE_DEFINE_AUTO(ce_keys, struct ce_keys *, ce_keys_free);

/* For ce_key_look() and ce_key_watch_open(); the keys must outlive what is opened with it. */
const struct ce_key_watch_request *ce_keys_request(const struct ce_keys *keys);

/* What is known about a key as an event: name, sentence, subjects, action, and `key` in data. */
void ce_keys_tell(const struct ce_sink *sink, const struct ce_key_found *found);

#endif
