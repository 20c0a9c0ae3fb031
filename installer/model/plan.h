/* SPDX-License-Identifier: Apache-2.0
 * A plan: the steps that lead from what is to what should be, with the receipt that they end in. Pure data.
 */
#ifndef CE_MODEL_PLAN_H
#define CE_MODEL_PLAN_H

#include "model/receipt.h"
#include "model/step.h"

#include <string.h>

#define CE_PLAN_FORMAT    1
#define CE_PLAN_STEPS_MAX 250000
#define CE_PLAN_UNITS_MAX 1000

enum ce_verb { CE_VERB_INSTALL, CE_VERB_REPAIR, CE_VERB_UPDATE, CE_VERB_UNINSTALL, CE_VERB_COUNT };
const char *ce_verb_name(enum ce_verb verb); /* "install" */
enum ce_verb ce_verb_by_name(const char *name);

/* Idempotent actions after the commit; bits of ce_plan.triggers. */
enum ce_trigger {
  CE_TRIGGER_UDEV = 1 << 0,           /* reload rules, trigger usb */
  CE_TRIGGER_HWDB = 1 << 1,           /* systemd-hwdb update */
  CE_TRIGGER_SYSTEMD_RELOAD = 1 << 2, /* daemon-reload */
  CE_TRIGGER_UNIT_START = 1 << 3,     /* restart the units of the manifest */
  CE_TRIGGER_UNIT_STOP =
      1 << 4, /* stop units that go; carried out BEFORE the commit's removal takes effect */
  CE_TRIGGER_ICON_CACHE = 1 << 5,
  CE_TRIGGER_PCSCD = 1 << 6, /* restart pcscd where it runs: it looks for drivers when it starts only */
};
#define CE_TRIGGER_COUNT 7
const char *ce_trigger_name(enum ce_trigger trigger); /* "udev" */

/* Why nothing may be done. The run stops before anything is touched. */
struct ce_conflict {
  enum ce_code code; /* CONFLICT, DOWNGRADE, READ_ONLY, UNSUPPORTED, NO_SPACE, NOT_INSTALLED */
  char *subject;     /* a path, a version */
  char *detail;      /* English: what is there and what was wanted */
};

/* What the plan leaves, keeps or cannot do; name is stable, sentence a static msgid with one %s for subject.
 */
struct ce_plan_note {
  const char *name;
  const char *sentence;
  char *subject;
};

struct ce_plan {
  enum ce_verb verb;
  bool purge;
  char *txid;
  char *from_version, *to_version; /* "" where there is none */
  struct ce_step *steps;           /* in the order of COMMIT; reverted from the last to the first */
  size_t step_count;
  unsigned triggers;
  char **units_stop;     /* NULL-terminated unit names for UNIT_STOP */
  bool needs_package;    /* a step takes bytes from the package */
  uint64_t bytes_needed; /* to stage it */
  struct ce_conflict *conflicts;
  size_t conflict_count;
  struct ce_plan_note *notes;
  size_t note_count;
  struct ce_receipt *after; /* never NULL; installed is false after uninstall. Its txid is the plan's where
                               the plan commits, else that of the receipt in place ("" where there is none) */
};

void ce_plan_free(struct ce_plan *plan);
CE_DEFINE_AUTO(ce_plan, struct ce_plan *, ce_plan_free);
/* True when carrying the plan out writes a receipt: it has steps, or what is in place already has only to be
 * recorded (a lost receipt, an uninstall of files that are gone). False: there is nothing to do. For plans
 * that were made, not for those that were read back. */
static inline bool ce_plan_commits(const struct ce_plan *plan) {
  return strcmp(plan->after->txid, plan->txid) == 0;
}
/* Everything but conflicts and notes, for the journal (verb, purge, txid, versions, steps, triggers,
 * units_stop); `after` is not written: the receipt file is. with_notes adds conflicts and notes, for people.
 */
json_t *ce_plan_to_json(const struct ce_plan *plan, bool with_notes);
/* What the journal needs: a plan read back has no conflicts, no notes and after == NULL. JOURNAL_DAMAGED;
 * STATE_FORMAT for a major format that is newer than this program. */
CE_MUST_USE enum ce_code ce_plan_from_json(const json_t *json, struct ce_plan **ret, struct ce_error *err);

#endif
