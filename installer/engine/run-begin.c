/* SPDX-License-Identifier: Apache-2.0
 * The start of a run: the lock, and what an interrupted run left. */
#include "engine/run.h"

#include "engine/allowance.h"
#include "engine/host.h"
#include "engine/services.h"
#include "engine/state.h"
#include "model/layout.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum ce_code make_txid(char *ret, struct ce_error *err) {
  uint8_t bytes[TXID_BYTES];
  if (getentropy(bytes, sizeof bytes) != 0) {
    return ce_fail_sys(err, errno, "random", "transaction id");
  }
  ce_hex_encode(bytes, sizeof bytes, ret);
  return CE_OK;
}

/* After a crash behind the commit point the services were not told yet. */
void ce_run_trigger_all(const struct ce_run_state *run) {
  bool is_installed = ce_run_is_installed(run);
  struct ce_plan all = {.triggers = CE_TRIGGER_UDEV | CE_TRIGGER_SYSTEMD_RELOAD | CE_TRIGGER_UNIT_START,
                        .after = run->receipt};
  if (ce_host_has(run->engine, "run/udev/control")) {
    all.triggers |= CE_TRIGGER_HWDB;
  }
  /* Also where the interrupted run took the driver away: pcscd has it still. */
  if (is_installed && ce_selection_concerns(run->receipt->manifest)) {
    all.triggers |= CE_TRIGGER_PCSCD;
  }
  if (run->engine->live && is_installed) {
    ce_services_trigger(run->engine, &all);
  }
}

static enum ce_code recover(struct ce_run_state *run, struct ce_error *err) {
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  enum ce_code code = ce_txn_recover(&run->txn, &recovery, err);
  if (code == CE_OK) {
    ce_receipt_free(ce_take(&run->receipt));
    code = ce_txn_read_receipt(run->engine->fs, &run->receipt, err);
  }
  if (code != CE_OK) {
    return code;
  }
  run->report->recovered = run->report->recovered || recovery != CE_RECOVERY_NOTHING;
  if (recovery == CE_RECOVERY_FINISHED) {
    ce_emit_note(run->engine->sink, "recovered-finished",
                 N_("An interrupted run had done its work; it was completed."), NULL);
    ce_run_trigger_all(run);
  } else if (recovery == CE_RECOVERY_REVERTED) {
    ce_emit_note(run->engine->sink, "recovered-reverted",
                 N_("An interrupted run was reverted; the state before it is back."), NULL);
  }
  /* What a removal took back is not granted anew. */
  bool removed = recovery == CE_RECOVERY_FINISHED && !ce_run_is_installed(run);
  if (recovery != CE_RECOVERY_NOTHING && !removed) {
    ce_allowance_renew(run->engine, run->receipt, NULL, NULL);
  }
  return CE_OK;
}

/* Who waits is told for what. */
static enum ce_code take_lock(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  bool held = false;
  enum ce_code code = ce_lock_is_held(engine->fs, &held, err);
  if (code == CE_OK && held) {
    ce_emit_phase(engine->sink, "lock", N_("Waiting until another run has ended"));
  }
  if (code == CE_OK) {
    code = ce_lock_take(engine->fs, engine->clock, CE_LOCK_WAIT_MS, engine->cancelled, &run->lock, err);
  }
  return code;
}

/* The end of an interrupted purge took the lock's file along. */
static enum ce_code lock_again(struct ce_run_state *run, struct ce_error *err) {
  ce_lock_free(ce_take(&run->lock));
  enum ce_code code = ce_state_prepare(run->engine, err);
  if (code == CE_OK) {
    code = take_lock(run, err);
  }
  return code == CE_OK ? recover(run, err) : code;
}

enum ce_code ce_run_begin(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  enum ce_code code = make_txid(run->txid, err);
  if (code == CE_OK) {
    code = ce_state_prepare(engine, err);
  }
  if (code == CE_OK) {
    code = take_lock(run, err);
  }
  if (code == CE_OK) {
    code = recover(run, err);
  }
  if (code == CE_OK && !ce_host_has(engine, CE_LOCK)) {
    code = lock_again(run, err);
  }
  return code;
}

/* No other transaction was committed between the two. */
static bool is_same_state(const struct ce_receipt *one, const struct ce_receipt *other) {
  return one && other ? strcmp(one->txid, other->txid) == 0 : one == other;
}

enum ce_code ce_run_resume(struct ce_run_state *run, struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *before = ce_take(&run->receipt);
  enum ce_code code = ce_run_begin(run, err);
  /* run->manifest may be part of the old receipt. */
  if (code == CE_OK && is_same_state(before, run->receipt)) {
    ce_receipt_free(ce_take(&run->receipt));
    run->receipt = ce_take(&before);
    return CE_OK;
  }
  run->manifest = NULL;
  ce_key_stage_clear(&run->key);
  ce_known_keys_clear(&run->known);
  ce_acquired_clear(&run->acquired);
  ce_offer_free(ce_take(&run->offer));
  if (code == CE_OK) {
    code = ce_run_choose_manifest(run, err);
  }
  run->key.catalogue = run->known.catalogue;
  return code;
}
