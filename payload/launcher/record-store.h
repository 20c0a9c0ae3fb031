/* SPDX-License-Identifier: Apache-2.0
 * Where a person's launcher record lies: ~/.local/state/certenv/launcher.json, the same in a session and for
 * who installs and uninstalls without one; changed by one run at a time. */
#ifndef CE_LAUNCHER_RECORD_STORE_H
#define CE_LAUNCHER_RECORD_STORE_H

#include "launcher/record.h"
#include "ports/fs.h"

/* {.lock_fd = -1} owns nothing. */
struct ce_record_store {
  struct ce_fs *fs; /* the state home; NULL where it is not there */
  int lock_fd;
};
void ce_record_store_clear(struct ce_record_store *store);
CE_DEFINE_AUTO_IN_PLACE(ce_record_store, struct ce_record_store, ce_record_store_clear);

/* For looking: nothing is made. */
CE_MUST_USE enum ce_code ce_record_store_open(const char *state_home, struct ce_record_store *ret,
                                              struct ce_error *err);
/* For changing: the directories are made (0700) and the lock is held until the store is cleared. LOCKED after
 * two seconds. */
CE_MUST_USE enum ce_code ce_record_store_enter(const char *state_home, struct ce_record_store *ret,
                                               struct ce_error *err);

/* *ret stays NULL where there is none. RECEIPT_DAMAGED, STATE_FORMAT, IO, PERMISSION, MEMORY. */
CE_MUST_USE enum ce_code ce_record_store_read(const struct ce_record_store *store,
                                              struct ce_launcher_record **ret, struct ce_error *err);
/* Atomic and durable. */
CE_MUST_USE enum ce_code ce_record_store_write(const struct ce_record_store *store,
                                               const struct ce_launcher_record *record, struct ce_error *err);
/* Removes the record, and its directory when nothing else is in it. */
CE_MUST_USE enum ce_code ce_record_store_forget(const struct ce_record_store *store, struct ce_error *err);

#endif
