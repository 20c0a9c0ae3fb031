/* SPDX-License-Identifier: Apache-2.0
 * What a run tells while it works. One sink callback; text, JSON Lines, the wizard and the log file are
 * peers.
 *
 * Sentences are English msgids written with N_() where the event is made; they hold at most one %s, which
 * stands for subject, and at most one %d, which stands for number. Floor 5 translates and formats them. An
 * event and its strings live only for the call of emit(). */
#ifndef CE_BASE_EVENT_H
#define CE_BASE_EVENT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

#define N_(text) text

enum ce_event_kind {
  CE_EVENT_PHASE,    /* a phase starts: name = "probe", "fetch", "stage", "commit", "trigger", "verify" ... */
  CE_EVENT_PROGRESS, /* done of total bytes in the phase `name` */
  CE_EVENT_STEP,     /* a step of the plan was done: name = step kind, subject = path */
  CE_EVENT_NOTE,     /* worth knowing: name = stable id such as "kept-edited", subject = path */
  CE_EVENT_KEY,      /* what is known about the key: name = reason id, sentence, subject, action, data */
  CE_EVENT_FINDING,  /* what may interfere: name = its id, sentence, subject, action, data, detail = evidence,
                        code = BLOCKED where it is more than advice */
  CE_EVENT_COUNTDOWN, /* left_s until the wait `name` ends */
  CE_EVENT_WARNING,   /* something did not work and does not stop the run; code, subject, detail */
  CE_EVENT_RESULT,    /* the last one: code and, when it is not OK, what failed */
};

struct ce_event {
  enum ce_event_kind kind;
  const char *name;          /* stable, lower-case with hyphens; never NULL */
  const char *sentence;      /* msgid; NULL where the kind and code say all */
  const char *subject;       /* the thing; NULL when there is none */
  const char *subject_zh;    /* the thing as Chinese readers know it; NULL: by the same name */
  const char *action;        /* msgid: what the person can do about it; NULL where nothing is to be done */
  int64_t number;            /* what stands for the sentence's %d */
  const struct json_t *data; /* more about it for programs, an object (docs/FORMATS.md); NULL: nothing more */
  const char *detail;        /* English, for the log and the folded details; NULL when there is none */
  bool expected; /* a note of what the run was asked to do: nobody who left it alone needs to hear of it */
  enum ce_code code;
  uint64_t done_bytes, total_bytes;
  uint64_t bytes_per_s; /* progress of a transfer; 0 where no speed can be told */
  int64_t left_s;       /* seconds that the rest will take at that speed, or that a countdown has left */
};

struct ce_sink {
  void (*emit)(void *context, const struct ce_event *event);
  void *context;
};

const char *ce_event_kind_name(enum ce_event_kind kind); /* "phase" */

/* All of these accept a NULL sink. */
void ce_emit(const struct ce_sink *sink, const struct ce_event *event);
void ce_emit_phase(const struct ce_sink *sink, const char *name, const char *sentence);
void ce_emit_progress(const struct ce_sink *sink, const char *name, uint64_t done_bytes,
                      uint64_t total_bytes);
void ce_emit_step(const struct ce_sink *sink, const char *name, const char *path);
void ce_emit_note(const struct ce_sink *sink, const char *name, const char *sentence, const char *subject);
void ce_emit_warning(const struct ce_sink *sink, const char *name, const struct ce_error *why);
void ce_emit_result(const struct ce_sink *sink, const char *name, enum ce_code code,
                    const struct ce_error *why);

#endif
