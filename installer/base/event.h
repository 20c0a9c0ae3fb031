/* SPDX-License-Identifier: Apache-2.0
 * What a run tells while it works. One sink callback; text, JSON Lines, the wizard and the log file are
 * peers.
 *
 * Sentences are English msgids written with N_() where the event is made; they hold at most one %s, which
 * stands for subject. Floor 5 translates and formats them. An event and its strings live only for the call of
 * emit(). */
#ifndef CE_BASE_EVENT_H
#define CE_BASE_EVENT_H

#include "base/error.h"

#include <stdint.h>

#define N_(text) text

enum ce_event_kind {
  CE_EVENT_PHASE,    /* a phase starts: name = "probe", "fetch", "stage", "commit", "trigger", "verify" ... */
  CE_EVENT_PROGRESS, /* done of total bytes in the phase `name` */
  CE_EVENT_STEP,     /* a step of the plan was done: name = step kind, subject = path */
  CE_EVENT_NOTE,     /* worth knowing: name = stable id such as "kept-edited", subject = path */
  CE_EVENT_WARNING,  /* something did not work and does not stop the run; code, subject, detail */
  CE_EVENT_RESULT,   /* the last one: code and, when it is not OK, what failed */
};

struct ce_event {
  enum ce_event_kind kind;
  const char *name;     /* stable, lower-case with hyphens; never NULL */
  const char *sentence; /* msgid; NULL where the kind and code say all */
  const char *subject;  /* the thing; NULL when there is none */
  const char *detail;   /* English, for the log and the folded details; NULL when there is none */
  enum ce_code code;
  uint64_t done_bytes, total_bytes;
  uint64_t bytes_per_s; /* progress of a transfer; 0 where no speed can be told */
  int64_t left_s;       /* seconds that the rest will take at that speed */
};

struct ce_sink {
  void (*emit)(void *context, const struct ce_event *event);
  void *context;
};

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
