/* SPDX-License-Identifier: Apache-2.0
 * The key's part in an install: the wait for it before anything is touched, and the look at it when all is in
 * place. */
#ifndef CE_ENGINE_KEY_STAGE_H
#define CE_ENGINE_KEY_STAGE_H

#include "engine/keys.h"
#include "model/receipt.h"

/* Zero-initialised but for the borrowed members. */
struct ce_key_stage {
  const struct ce_engine *engine;
  const struct ce_run_options *options;
  const struct ce_key_catalogue *catalogue;
  struct ce_keys *keys; /* once a stage was entered */
  bool skipped;         /* the person goes on without the key */
  int64_t spent_ms;     /* of the time limit */
};
void ce_key_stage_clear(struct ce_key_stage *stage);
CE_DEFINE_AUTO_IN_PLACE(ce_key_stage, struct ce_key_stage, ce_key_stage_clear);

/* Where a key is required: waits until one is plugged in that the install can make ready. KEY_TIMEOUT,
 * CANCELLED; and as ce_key_wait_run(). */
CE_MUST_USE enum ce_code ce_key_stage_before(struct ce_key_stage *stage, struct ce_error *err);
/* Where a key is required: waits until it is ready; otherwise says what is there. Of a ready key the
 * certificates are told. The environment is installed by now, and stays. changed: services were told of new
 * drivers and rules a moment ago, so that a key needs some seconds. KEY_TIMEOUT, also where the wait was
 * cancelled, which takes nothing back; and as ce_key_wait_run() where a key is required. */
CE_MUST_USE enum ce_code ce_key_stage_after(struct ce_key_stage *stage, const struct ce_receipt *receipt,
                                            bool changed, struct ce_error *err);

#endif
