/* SPDX-License-Identifier: Apache-2.0
 * The assistant's launcher on one person's desktop, as that person: put, kept up to date, removed.
 *
 * What the person did to it stays: a launcher that was deleted, renamed or moved does not come back, one that
 * was changed is not overwritten, and a file of somebody else's is never touched. The record in the person's
 * own state (launcher/record.h) is what tells these apart; it is written before the launcher is put, so that
 * a run that is killed anywhere is continued by the next. */
#ifndef CE_LAUNCHER_LAUNCHER_H
#define CE_LAUNCHER_LAUNCHER_H

#include "base/error.h"
#include "ports/process.h"

#include <stdbool.h>

enum ce_launcher_state {
  CE_LAUNCHER_ABSENT,    /* it was not put there (yet) */
  CE_LAUNCHER_PLACED,    /* it is there, as it was put */
  CE_LAUNCHER_CHANGED,   /* it is there, and the person changed it */
  CE_LAUNCHER_DELETED,   /* it was put, and the person deleted, renamed or moved it */
  CE_LAUNCHER_TAKEN,     /* another file has its name */
  CE_LAUNCHER_NO_FOLDER, /* there is no desktop folder */
  CE_LAUNCHER_DISABLED,  /* the person has turned the desktop folder off */
  CE_LAUNCHER_FOREIGN,   /* the desktop folder belongs to somebody else */
  CE_LAUNCHER_NO_HOME,   /* the home is not there, or belongs to somebody else */
  CE_LAUNCHER_STATE_COUNT
};
const char *ce_launcher_state_name(enum ce_launcher_state state); /* "placed" */

/* Everything is borrowed. Paths are absolute. */
struct ce_launcher_request {
  const char *home, *config_home, *state_home;
  const char *tree; /* of the installed version, which has the launcher's file */
  bool desktop;     /* this machine has a desktop: a folder that is named but missing is made */
  const struct ce_process *process; /* for the marks of trust; NULL where there is no session to ask */
};

struct ce_launcher_report {
  enum ce_launcher_state state;
  bool did;     /* something was put or removed */
  bool trusted; /* its marks are set */
  char *path;   /* where it is, or was; may be NULL */
};
void ce_launcher_report_clear(struct ce_launcher_report *report);
CE_DEFINE_AUTO_IN_PLACE(ce_launcher_report, struct ce_launcher_report, ce_launcher_report_clear);

/* Codes of all: RECEIPT_DAMAGED and STATE_FORMAT for a record that cannot be read (not remove), LOCKED
 * when another run is at work for this person, IO, PERMISSION, READ_ONLY, NO_SPACE, MEMORY; place besides:
 * NOT_FOUND when the tree has no launcher.
 *
 * place: afterwards the launcher is there, unless the state says why not. */
CE_MUST_USE enum ce_code ce_launcher_place(const struct ce_launcher_request *request,
                                           struct ce_launcher_report *ret, struct ce_error *err);
/* Removes the launcher where it is as it was put, and the record in any case. Where the record cannot be read
 * the launcher is what the tree has. Does nothing where there is no record. */
CE_MUST_USE enum ce_code ce_launcher_remove(const struct ce_launcher_request *request,
                                            struct ce_launcher_report *ret, struct ce_error *err);
/* Looks only. */
CE_MUST_USE enum ce_code ce_launcher_status(const struct ce_launcher_request *request,
                                            struct ce_launcher_report *ret, struct ce_error *err);

#endif
