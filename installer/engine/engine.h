/* SPDX-License-Identifier: Apache-2.0
 * The verbs: what floor 5 calls. Each is probe -> plan -> transaction -> triggers -> verification over one
 * root, and tells what it does through the sink. Nothing here prints, asks or exits.
 *
 * Every verb takes the lock, recovers an interrupted run first (event "recovered"), and leaves the machine in
 * its old state or the new one. The last event is not emitted here: floor 5 emits RESULT from the returned
 * code. */
#ifndef CE_ENGINE_ENGINE_H
#define CE_ENGINE_ENGINE_H

#include "base/event.h"
#include "guard/finding.h"
#include "model/plan.h"
#include "plan/compare.h"
#include "ports/clock.h"
#include "ports/fs.h"
#include "ports/process.h"
#include "ports/reader.h"

#include <signal.h>

/* What a run works with; everything is borrowed and must outlive the call. */
struct ce_engine {
  struct ce_fs *fs; /* the root */
  bool live;        /* the root is the running system's "/" */
  const struct ce_clock *clock;
  const struct ce_process *process;
  const struct ce_sink *sink;
  const volatile sig_atomic_t *cancelled; /* set by a signal handler, heard where nothing is left half
                                             done: not before a package manager ends; may be NULL */
  struct ce_reader *program; /* this program's own file, where a bundle may be appended; may be NULL */
  const char *program_name;  /* its path, for messages */
  bool display;              /* a display is there */
  uint32_t uid, gid;         /* of the process */
  bool person_known;         /* a person called: herself, or through pkexec or sudo */
  uint32_t person_uid;       /* whose keys and session they are then */
};

static inline bool ce_engine_is_cancelled(const struct ce_engine *engine) {
  return engine->cancelled && *engine->cancelled;
}

enum ce_key_wish {
  CE_KEY_WISH_SKIP,     /* no key is looked for */
  CE_KEY_WISH_OPTIONAL, /* what is there is told; nobody waits */
  CE_KEY_WISH_REQUIRED  /* the run waits for a key, and for it to be ready */
};

enum ce_key_reply {
  CE_KEY_REPLY_NOTHING, /* no whole answer came yet, or none that is understood */
  CE_KEY_REPLY_RETRY,
  CE_KEY_REPLY_ALLOW, /* let the blocked key in first */
  CE_KEY_REPLY_SKIP,
  CE_KEY_REPLY_CANCEL,
  CE_KEY_REPLY_CLOSED /* nobody will answer any more */
};

/* How floor 5 asks for a key. What is known about it was told as an event before show() is called. */
struct ce_key_prompt {
  int fd; /* readable when there may be an answer */
  /* A wait begins: what was asked before needs no answer any more. installed: the environment is in place
   * already, and stays. */
  void (*begin)(void *context, bool installed);
  void (*show)(void *context, bool blocked); /* blocked: a device control keeps the key out */
  enum ce_key_reply (*hear)(void *context);  /* never blocks */
  enum ce_code (*allow)(void *context,
                        struct ce_error *err); /* after ALLOW; it may ask, and nothing is held */
  void *context;
};

struct ce_run_options {
  const char
      *source; /* --source: a repository's directory or URL; NULL: the bundle and the profile's mirrors */
  const char *channel;     /* --channel; NULL: the receipt's, else "stable" */
  bool offline;            /* no network */
  const char *proxy;       /* as in ports/http.h; NULL: the environment's, else the desktop's */
  const char *ca_file;     /* PEM; NULL: the machine's own store */
  bool purge;              /* uninstall */
  bool dry_run;            /* stop after the plan */
  bool skip_prerequisites; /* never call the package manager */
  enum ce_key_wish key;    /* install on the running system only */
  int64_t key_timeout_ms;  /* of both waits together: for the key before, for it to be ready after; 0: without
                              end */
  bool key_is_default;     /* REQUIRED was not asked for in so many words: without events nobody waits */
  const struct ce_key_prompt *key_prompt; /* NULL: nobody answers */
  bool strict; /* install, update, repair: refuse to run beside what may interfere */
  /* Called before anything is touched when a finding is a warning or a fault; all were told as events. OK
   * goes on, with *ret_again after another look, which may ask again; USAGE and CANCELLED stop. NULL: nobody
   * answers, and each is told as a warning too. */
  enum ce_code (*security)(void *context, const struct ce_finding_list *findings, bool *ret_again,
                           struct ce_error *err);
  void *security_context;
  /* Called once, after the plan is made and before anything is touched (not for an empty plan or a dry run).
   * OK goes on; CANCELLED stops. NULL: go on. */
  enum ce_code (*confirm)(void *context, const struct ce_plan *plan, struct ce_error *err);
  void *confirm_context;
};

/* What a run that failed tells where report->packages_stay. */
#define CE_REMEDY_PACKAGES_STAY                                                                              \
  N_("certenv itself left everything as it was; packages that the system's package manager has installed "   \
     "stay.")

/* What a verb did; cleared with ce_report_clear() in any case (valid after failures too). */
struct ce_report {
  struct ce_plan *plan; /* NULL when the run ended before there was one */
  bool changed;         /* a transaction was committed */
  bool recovered;       /* an interrupted run was finished or taken back first */
  bool packages_stay;   /* it failed before that, and what the package manager installed is left */
  bool pending;         /* it failed, and the next run finishes first what was begun, or takes it back */
  char **missing;       /* NULL-terminated: packages or capabilities that are still missing */
  /* Of a dry run: profile.json of the package that would be installed, and the organisation's icon; either
   * may be empty. */
  struct ce_blob profile, icon;
};
void ce_report_clear(struct ce_report *report);
CE_DEFINE_AUTO_IN_PLACE(ce_report, struct ce_report, ce_report_clear);

/* Codes of all: LOCKED, JOURNAL_DAMAGED, RECEIPT_DAMAGED, STATE_FORMAT, the first conflict's code (after one
 * WARNING event for each), NO_SPACE, READ_ONLY, IO, CANCELLED. install and update besides: NO_SOURCE,
 * SOURCE_UNUSABLE, NETWORK*, NOT_FOUND, TRUST_*, CLOCK, BUNDLE_DAMAGED, PACKAGE_*. install besides:
 * KEY_TIMEOUT when a key was required and was not there in time (nothing was changed), or was not ready in
 * time (the environment is installed). PREREQUISITE when all was done but something that the manifest
 * requires is missing and could not be installed; report->missing names it. BLOCKED with options->strict,
 * when security software is at work (nothing was changed). */
CE_MUST_USE enum ce_code ce_engine_install(const struct ce_engine *engine,
                                           const struct ce_run_options *options, struct ce_report *ret,
                                           struct ce_error *err);
CE_MUST_USE enum ce_code ce_engine_update(const struct ce_engine *engine,
                                          const struct ce_run_options *options, struct ce_report *ret,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_engine_repair(const struct ce_engine *engine,
                                          const struct ce_run_options *options, struct ce_report *ret,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_engine_uninstall(const struct ce_engine *engine,
                                             const struct ce_run_options *options, struct ce_report *ret,
                                             struct ce_error *err);

/* What may interfere with certenv or the key on the running system, the gravest first; nothing for another
 * root. Looks only; an ordinary user sees less than root (guard/look.h). MEMORY. */
CE_MUST_USE enum ce_code ce_engine_findings(const struct ce_engine *engine, struct ce_finding_list *ret,
                                            struct ce_error *err);
/* Tells one as an event (docs/FORMATS.md, "Events"). */
void ce_finding_tell(const struct ce_sink *sink, const struct ce_finding *finding);

enum ce_status_state {
  CE_STATUS_ABSENT,
  CE_STATUS_OK,
  CE_STATUS_DAMAGED, /* an item is at fault, or the running system lacks a capability or a service */
  CE_STATUS_INTERRUPTED,
};
const char *ce_status_state_name(enum ce_status_state state); /* "absent" */

struct ce_status {
  enum ce_status_state state;
  bool busy;     /* a run is at work: the rest tells of a moment in its middle; never INTERRUPTED then */
  char *version; /* "" when absent */
  char *profile;
  struct ce_item_list items; /* every path with its state */
  char **missing;            /* NULL-terminated: capabilities of the manifest that this machine lacks */
  bool service_stopped;      /* systemd runs here, and a unit of the manifest does not */
  char **notes; /* NULL-terminated English sentences (msgids without %s): "The service is not running ..." */
};
void ce_status_clear(struct ce_status *status);
CE_DEFINE_AUTO_IN_PLACE(ce_status, struct ce_status, ce_status_clear);

/* Looks only: no lock, no write, no privilege needed where the files can be read. deep: SHA-256 of every
 * file. OK even when faults were found; RECEIPT_DAMAGED, STATE_FORMAT, PERMISSION, IO. */
CE_MUST_USE enum ce_code ce_engine_status(const struct ce_engine *engine, bool deep, struct ce_status *ret,
                                          struct ce_error *err);

#endif
