/* SPDX-License-Identifier: Apache-2.0
 * What children told about plans and runs, kept to be shown in any language. */
#ifndef CE_GTK_RUN_VIEW_H
#define CE_GTK_RUN_VIEW_H

#include "base/blob.h"
#include "base/code.h"
#include "po/translate.h"

#include <jansson.h>
#include <stdbool.h>

#define CE_RUN_LOG_BYTES_MAX (1u << 20)
#define CE_CERTIFICATES_MAX  32
#define CE_RUN_WARNINGS_MAX  32

/* What an installation would do (docs/FORMATS.md, Events: the member `plan` of the question). */
struct ce_plan_view {
  json_t *summary; /* owned; NULL: not known */
  unsigned step_count;
  char problem_id[32]; /* why it is not known, a code's id; "" */
};
void ce_plan_view_clear(struct ce_plan_view *plan);
/* Of the answer of `plan --json`. False when it has no summary. */
bool ce_plan_view_read(struct ce_plan_view *ret, const json_t *document);
/* Whether an agreement to plan covers asked as well: the same packages and restarts, or fewer. Where no plan
 * was shown only what has none of both is covered. */
bool ce_plan_view_covers(const struct ce_plan_view *plan, const json_t *asked);

/* Whose environment it is. Owned strings; NULL where nothing is known. */
struct ce_organisation {
  char *name_zh, *name_en, *phone, *initial_pin;
  struct ce_blob icon; /* a PNG that ce_icon_problem() has nothing against; empty: none */
};
void ce_organisation_clear(struct ce_organisation *organisation);
/* Of the answer of `plan --json`: its members `profile`, which is a profile.json, and `icon`. False, with
 * *ret as it was, when there is no such profile; without an icon that can be shown there is none. */
bool ce_organisation_read(struct ce_organisation *ret, const json_t *document);
/* Of the profile that is installed below root. */
bool ce_organisation_read_installed(struct ce_organisation *ret, const char *root);

/* What happens to the window when the run has ended. */
enum ce_closing {
  CE_CLOSING_NOT,
  CE_CLOSING_AS_PROMISED, /* the person closed it, and was promised that what was changed is taken back */
  CE_CLOSING_ANYWAY       /* it was told to end by a signal */
};

struct ce_run_view {
  struct ce_blob log;     /* the lines as they came, the first CE_RUN_LOG_BYTES_MAX of them */
  struct ce_blob details; /* the same for people */
  size_t details_shown;   /* bytes of it that are in the window */
  char phase[32];
  char step_subject[512];
  int64_t left_s;       /* of the bytes of the phase; 0: not known, or as good as done */
  json_t *certificates; /* array of events `key` of the name certificate */
  json_t *warnings;     /* array of events `warning` and `note` */
  json_t *findings;     /* events `finding` above advice since the last question */
  json_t *key;          /* the last event `key` that is about a key */
  json_t *asked;        /* the last question */
  json_t *result;       /* the event; NULL while the run goes on or when it died */
  enum ce_code code;    /* how it ended */
  char detail[1024];    /* why, in English, where there is no result */
  bool abandoned;       /* it was told to end and did not */
};
void ce_run_view_clear(struct ce_run_view *run);
void ce_run_view_begin(struct ce_run_view *run);
/* One event. */
void ce_run_view_take(struct ce_run_view *run, const json_t *event, const char *line);
/* The child is gone: a code for an end without a result. */
void ce_run_view_end(struct ce_run_view *run, enum ce_code code, const char *detail);
/* The child was let go before its end. */
void ce_run_view_abandon(struct ce_run_view *run);
/* It did what it was begun for. Also where it was cancelled in its last wait for the key: all is in place
 * then. */
bool ce_run_view_is_done(const struct ce_run_view *run);
/* Whether the window closes at this end of the run; cancelling: it was told to go back. */
bool ce_run_view_may_close(const struct ce_run_view *run, enum ce_closing closing, bool cancelling);
/* Whether the run is in a phase that no cancel ends before its time. */
bool ce_run_view_is_uninterruptible(const struct ce_run_view *run);
/* What the run is at, as a msgid. */
const char *ce_run_view_sentence(const struct ce_run_view *run, bool cancelling);
/* It ended, and told nothing about why: it died, what it was started with did, or it was let go. */
bool ce_run_view_has_died(const struct ce_run_view *run);
/* How it failed: a msgid, or the run's own words. */
const char *ce_run_view_failure(const struct ce_run_view *run);
/* What its result is about, a line each: beside the one that the result names all that is in the way, the
 * first few of them. malloc'ed; NULL where nothing is named. */
char *ce_run_view_subjects(const struct ce_run_view *run, const struct ce_language *language);
/* The code with that id; CE_CODE_COUNT for one that this program does not know. */
enum ce_code ce_code_of_id(const char *id);
/* The first code that a program ends with that status for; CHILD where there is none. */
enum ce_code ce_code_of_exit_status(int status);

/* The length of the reason that the detail of a result PERMISSION begins with; the command that follows is
 * for a terminal. 0: no reason is known. */
size_t ce_refusal_reason_length(const char *detail);

/* sentence with value in the place of its "%s", if it has one; malloc'ed, NULL when memory is out. */
char *ce_sentence_fill(const char *sentence, const char *value);
/* The texts of an array one after the other; malloc'ed, NULL when memory is out. */
char *ce_texts_join(const json_t *array, const char *separator);
/* What a phase does, as a msgid. */
const char *ce_phase_sentence(const char *phase);

#endif
