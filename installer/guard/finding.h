/* SPDX-License-Identifier: Apache-2.0
 * What may keep certenv or the key from working on this machine: one product or one rule of the kernel each,
 * with how sure that is and the one thing to do about it. */
#ifndef CE_GUARD_FINDING_H
#define CE_GUARD_FINDING_H

#include "base/cleanup.h"

#include <stddef.h>

enum ce_finding_level {
  CE_FINDING_ADVICE, /* worth knowing; nothing says that it interferes now, or its name alone speaks for it */
  CE_FINDING_WARNING, /* at work on this machine and known to interfere */
  CE_FINDING_FAULT,   /* blocks as things stand */
};

/* What it may do; bits. */
enum ce_finding_effect {
  CE_EFFECT_PROGRAMS = 1, /* refuses to run programs or to load libraries */
  CE_EFFECT_FILES = 2,    /* takes files away, or refuses to write them */
  CE_EFFECT_DEVICES = 4,  /* keeps USB devices from being used */
  CE_EFFECT_NETWORK = 8,  /* keeps the network away */
};

enum ce_confidence { CE_CONFIDENCE_LOW, CE_CONFIDENCE_MEDIUM, CE_CONFIDENCE_HIGH };

struct ce_finding {
  const char *id;                /* "usbguard"; static */
  const char *name_en, *name_zh; /* as people know it; static */
  enum ce_finding_level level;
  unsigned effects;              /* enum ce_finding_effect */
  enum ce_confidence confidence; /* of the signs that gave it away */
  const char *sentence;          /* msgid; at most one %s, which stands for the name */
  const char *remedy;            /* msgid without %s; NULL: nothing needs to be done */
  const char *fix;               /* what `certenv doctor --fix` can do: a stable id; NULL: nothing */
  char *evidence;                /* English, such as "process 360safed (812); /opt/360safe"; malloc'ed */
};

struct ce_finding_list {
  struct ce_finding *items; /* the gravest first, then in the order of the table */
  size_t count;
};
void ce_finding_list_clear(struct ce_finding_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_finding_list, struct ce_finding_list, ce_finding_list_clear);

const char *ce_finding_level_name(enum ce_finding_level level); /* "advice", "warning", "fault" */
const char *ce_confidence_name(enum ce_confidence confidence);  /* "low", "medium", "high" */

#endif
