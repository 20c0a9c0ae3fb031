/* SPDX-License-Identifier: Apache-2.0
 * Which page follows which, and what is to be done then: a pure state machine. */
#ifndef CE_GTK_PAGE_FLOW_H
#define CE_GTK_PAGE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

enum ce_page {
  CE_PAGE_WELCOME,
  CE_PAGE_CHECK,
  CE_PAGE_KEY,
  CE_PAGE_INSTALL, /* the work of every task */
  CE_PAGE_DONE,
  CE_PAGE_ERROR,
  CE_PAGE_COUNT
};

enum ce_task { CE_TASK_INSTALL, CE_TASK_REPAIR, CE_TASK_UPDATE, CE_TASK_UNINSTALL };

/* The question of a run that waits for its answer. */
enum ce_asked {
  CE_ASKED_NOTHING,
  CE_ASKED_PROCEED,
  CE_ASKED_SECURITY,
  CE_ASKED_KEY,
  CE_ASKED_KEY_AFTER /* all is installed, and stays: only the key is to be looked at */
};

enum ce_flow_input {
  CE_INPUT_BEGIN,       /* the person chose the task */
  CE_INPUT_CHECKS_GOOD, /* the machine was looked at: nothing to say */
  CE_INPUT_CHECKS_BAD,
  CE_INPUT_GO_ON,     /* on the check page, in spite of what it says; on the install page: yes to the plan */
  CE_INPUT_KEY_THERE, /* a key that the run can work with was seen */
  CE_INPUT_SKIP_KEY,
  CE_INPUT_RETRY,
  CE_INPUT_ASKED_PROCEED, /* the run asks about what the person has seen and agreed to */
  CE_INPUT_ASKED_ANEW,    /* the run asks about something else than that */
  CE_INPUT_ASKED_SECURITY,
  CE_INPUT_ASKED_ACCEPTED, /* the run asks about findings that the person has accepted */
  CE_INPUT_ASKED_KEY,
  CE_INPUT_ASKED_KEY_AFTER, /* when all is installed */
  CE_INPUT_WORKING,         /* the run goes on by itself */
  CE_INPUT_CANCEL,          /* the person's Cancel, Back or Escape */
  CE_INPUT_FINISHED,
  CE_INPUT_FAILED,
  CE_INPUT_REFUSED, /* the run did not get the administrator's rights, and so did not begin */
  CE_INPUT_COUNT
};

enum ce_flow_act {
  CE_ACT_NOTHING,
  CE_ACT_LOOK,       /* at what is installed and what would be */
  CE_ACT_CHECK,      /* look for what may interfere */
  CE_ACT_WATCH_KEYS, /* until the page is left */
  CE_ACT_WORK,       /* start the run */
  CE_ACT_SAY_YES,    /* answers to the run */
  CE_ACT_SAY_CONTINUE,
  CE_ACT_SAY_RETRY,
  CE_ACT_SAY_SKIP,
  CE_ACT_SAY_CANCEL,
  CE_ACT_CANCEL_WORK, /* ask the run to go back; its end follows */
  CE_ACT_CLOSE
};

struct ce_flow {
  enum ce_task task;
  enum ce_page page;
  enum ce_asked asked;
  bool with_key;   /* the run shall require the key */
  bool cancelling; /* the run was told to go back */
  bool refused;    /* the last run did not begin: trying again is asking for the rights again */
};

/* The first page. */
struct ce_flow ce_flow_begin(void);
/* The state after input. An input that makes no sense where the flow is changes nothing. */
struct ce_flow ce_flow_step(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act);
/* Whether a run is at work. */
bool ce_flow_is_working(struct ce_flow flow);
/* Whether leaving now takes back what the run did, so that closing the window has to be confirmed. */
bool ce_flow_reverts(struct ce_flow flow);
/* Whether the page shows sentences of the doctor's: it has to look again when the language is switched. What
 * a run asks about is in the run's language. */
bool ce_flow_shows_checks(struct ce_flow flow);
/* Whether Escape closes the page, or goes back from it. Not the page of a run that ended a moment ago: then
 * it was meant for the run, and would close the window before anybody could read how it ended. */
bool ce_flow_heeds_escape(struct ce_flow flow, int64_t since_end_ms);

#endif
